import { z } from 'zod'

/** A network as an address and the length of its prefix: `192.0.2.0/24`, `2001:db8::/32`. */
export const network = z
  .union([z.cidrv4(), z.cidrv6()])
  // Of an IPv6 network zod takes a fraction too.
  .refine(text => /\/\d+$/.test(text), 'the length of the prefix must be a whole number')

/** The networks from which somebody is heard; empty for all. */
export const addressList = z.array(network).max(100)

import { Skeleton, Stack } from '@mantine/core'

/** The shape of a list that is loading. `height` of a row in px. */
export function SkeletonRows({ rows, height }: { rows: number; height: number }) {
  return (
    <Stack gap="xs">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are alike and never move
        <Skeleton key={row} height={height} radius="md" />
      ))}
    </Stack>
  )
}

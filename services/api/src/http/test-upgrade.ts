/** The text of a request for a socket, at a target that may be none that a browser would send. */
export function upgradeRequest(target = '/graphql'): string {
  return [
    `GET ${target} HTTP/1.1`,
    'Host: sightline.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
    '\r\n',
  ].join('\r\n')
}

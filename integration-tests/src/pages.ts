/** One page of what grows. */
export interface Page<Node> {
  pageInfo: { hasNextPage: boolean; endCursor?: string | null }
  edges: readonly { node: Node }[]
}

/** Every node, page after page. */
export async function allPages<Node>(
  read: (place: { first: number; after: string | null }) => Promise<Page<Node>>,
): Promise<Node[]> {
  const nodes: Node[] = []
  let after: string | null = null
  do {
    const { pageInfo, edges }: Page<Node> = await read({ first: 200, after })
    nodes.push(...edges.map(({ node }) => node))
    after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null
  } while (after !== null)
  return nodes
}

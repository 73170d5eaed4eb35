/** Documents that nobody means well with, of a kind of operation: what they ask for would be allowed if it were less. */
export function abusiveDocuments(kind: 'query' | 'subscription') {
  const [root, fields, type] =
    kind === 'query'
      ? ['site(id: "0198b3a6-0000-7000-8000-000000000000")', 'id name', 'Site']
      : ['agentsChanged', 'position replaces', 'AgentsChange']
  const of = (selection: string) => `${kind} { ${root} { ${selection} } }`
  const [nested, within] =
    kind === 'query'
      ? ['cameras { edges { node { site', '} } }']
      : ['changed { site { agents { edges { node', ' } } } }']
  const rounds = kind === 'query' ? 12 : 10
  const deep = `${`${nested} { `.repeat(rounds)} id ${`}${within} `.repeat(rounds)}`
  const aliases = Array.from({ length: 1_000 }, (_, index) => `a${index}: ${fields.split(' ')[0]}`).join(' ')
  const around = Array.from({ length: 60 }, (_, index) => {
    const spreads = Array.from({ length: 10 }, (_, next) => `...F${(index + next + 1) % 60}`).join(' ')
    return `fragment F${index} on ${type} { ${spreads} }`
  })
  return {
    '50 levels': of(`${fields} ${deep}`),
    'a thousand aliases': of(aliases),
    'fragments that go round': `${of('...F0')} ${around.join(' ')}`,
    'a megabyte': `${of(fields)} #${'x'.repeat(1_000_000)}`,
  }
}

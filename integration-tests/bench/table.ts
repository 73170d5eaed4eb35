import type { Figure } from './figure.ts'

/** Prints a section's figures as a table for people. */
export function printSection(title: string, figures: readonly Figure[]): void {
  const rows = figures.map(({ name, value, unit, reference, bound }) => [
    name,
    amount(value, unit),
    reference ? `${reference.name} ${amount(reference.value, reference.unit)}` : '',
    bound ? `${bound.text}: ${bound.holds ? 'holds' : 'DOES NOT HOLD'}` : '',
  ])
  const width = (column: number) => Math.max(...rows.map(row => row[column]!.length))
  const [names, amounts, references] = [width(0), width(1), width(2)]
  console.log(`\n${title}`)
  for (const [name, value, reference, bound] of rows) {
    const line = `  ${name!.padEnd(names)}  ${value!.padStart(amounts)}   ${reference!.padEnd(references)}   ${bound}`
    console.log(line.trimEnd())
  }
}

/** A figure with as many digits as mean something. */
export function amount(value: number, unit: Figure['unit']): string {
  const digits = unit === 'count' || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return unit === 'count' ? value.toFixed(0) : `${value.toFixed(digits)} ${unit}`
}

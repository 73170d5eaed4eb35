/** A cosine similarity in words; the number stands beside it. Evaluation weights: same person 0.82 ± 0.07. */
export function similarityInWords(similarity: number): string {
  if (similarity >= 0.7) return 'very similar'
  if (similarity >= 0.55) return 'similar'
  if (similarity >= 0.45) return 'barely similar'
  return 'not similar'
}

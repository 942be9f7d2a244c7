/** What is wrong with a file of a repository, without its name: `is not signed`. Whoever knows the file makes a failure of it. */
export class LegProblem extends Error {
  override readonly name = 'LegProblem'
}

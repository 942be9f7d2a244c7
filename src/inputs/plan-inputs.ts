import { input } from './definition.ts'
import { count } from './parse.ts'
import { runners } from './runner-map.ts'

/** Inputs of the plan alone. */
export const planInputs = {
  legs: input({
    help: 'Legs of the matrix at most. Left out: one for each independent part of the graph and platform; never more than 256.',
    parse: count,
  }),
  runners: input({
    help: "Runners by platform or its beginning, such as `linux/arm64=ubuntu-24.04-arm`, a line each; several labels by comma. Left out: GitHub's own for amd64 and arm64, else one with an emulator.",
    parse: runners,
  }),
} as const

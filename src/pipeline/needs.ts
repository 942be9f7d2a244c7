import type { Need } from '../domain/need.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { Plan } from './plan.ts'

/** What the plan and the inputs ask of the tools, beyond what every version does; pure. */
export function needsOf(
  plan: Plan,
  inputs: Partial<Pick<Inputs<'image'>, 'build-repository-append'>>,
): readonly Need[] {
  const needs: Need[] = plan.images.flatMap(({ file }) => file.needs)
  if (plan.images.length > 0 && (inputs['build-repository-append'] ?? []).length > 0) {
    const because = { text: 'input "build-repository-append"' }
    needs.push({ tool: 'apko', ability: { flag: '--build-repository-append' }, because })
  }
  return needs
}

import { Transient } from '../domain/transient.ts'
import type { Patience } from '../ports.ts'

/** A patience that tries once, for what a run can do without. */
export const oneTry: Patience = {
  async retry(_, attempt) {
    try {
      return await attempt(0)
    } catch (error) {
      throw error instanceof Transient ? error.failure : error
    }
  },
}

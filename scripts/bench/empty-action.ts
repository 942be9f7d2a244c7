/** An action that does nothing: what any action in TypeScript costs before it begins. */
import * as core from '@actions/core'

core.info('nothing to do')

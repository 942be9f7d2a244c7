import { leftToWipe } from '../platform/secrets.ts'
import { wipePath } from '../platform/wiped-paths.ts'

for (const path of leftToWipe()) await wipePath(path)

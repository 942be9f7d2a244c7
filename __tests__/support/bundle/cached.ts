import { glob } from 'node:fs/promises'

/** Tools in a tool cache as `apko 1.2.39`. */
export async function cachedTools(cache: string): Promise<readonly string[]> {
  const markers = await Array.fromAsync(glob('*/*/*.complete', { cwd: cache }))
  return markers.map(marker => marker.split('/').slice(0, 2).join(' ')).sort()
}

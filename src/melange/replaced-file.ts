import { copyFile, rename, rm, writeFile } from 'node:fs/promises'

/** Writes the file anew so that readers see the old or the new bytes, never a part. */
export async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  await throughPart(file, part => writeFile(part, bytes))
}

/** Moves a file, across file systems too, so that the target is never half-written. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await throughPart(to, part => copyFile(from, part))
    await rm(from, { force: true })
  }
}

async function throughPart(file: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = `${file}.part`
  try {
    await write(part)
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

import { join } from 'node:path'
import { openFolderStore, type PackageStore } from '../../src/melange/package-store.ts'
import { fakePorts, type FakePorts } from './fake-ports.ts'
import { fixture, temporaryFolder } from './melange-fixtures.ts'

export const name = 'hello-1.2.3-r0.apk'
export const apk = fixture(`packages/${name}`)

export interface StoreScene {
  readonly folder: string
  readonly store: PackageStore
  readonly ports: FakePorts
  readonly open: (most?: number) => PackageStore
  readonly find: (key: string) => Promise<readonly string[] | undefined>
}

/** A store in a fresh folder, and what it logged. */
export function storeScene(): StoreScene {
  const folder = join(temporaryFolder(), 'store')
  const ports = fakePorts()
  const open = (most = 1e9): PackageStore => openFolderStore({ folder, most }, ports)
  const store = open()
  return { folder, store, ports, open, find: key => store.find(key, temporaryFolder()) }
}

import { expect, it } from 'vitest'
import { originOf } from '../../../src/oci/access.ts'

it.each([
  ['ghcr.io', 'https://ghcr.io'],
  ['docker.io', 'https://registry-1.docker.io'],
  ['registry.lan:5000', 'https://registry.lan:5000'],
  ['insecure.lan:5000', 'http://insecure.lan:5000'],
  ['localhost', 'http://localhost'],
  ['localhost:5000', 'http://localhost:5000'],
  ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['[::1]:5000', 'http://[::1]:5000'],
  ['localhost.example.com', 'https://localhost.example.com'],
  ['127.0.0.1.example.com', 'https://127.0.0.1.example.com'],
])('reaches %s by %s', (registry, origin) => {
  expect(originOf(registry, ['insecure.lan:5000'])).toBe(origin)
})

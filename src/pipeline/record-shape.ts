import type { BuildRecord } from '../domain/build-record.ts'
import { asObject } from '../domain/json-object.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** Whether it is a build record, as far as a release looks at it. */
export function isRecord(json: unknown): json is BuildRecord {
  const { giropops, run, images, packages, graph } = asObject(json) ?? {}
  return (
    giropops !== undefined &&
    asObject(run) !== undefined &&
    Array.isArray(images) &&
    images.every(isImage) &&
    (packages === undefined || isPackages(packages)) &&
    (graph === undefined || isList(asObject(graph)?.['nodes'], node => isText(node['package'])))
  )
}

function isImage(json: unknown): boolean {
  const { name, digest, sboms, platforms, pushed, signed } = asObject(json) ?? {}
  return (
    isText(name) &&
    isText(digest) &&
    isTexts(sboms) &&
    isList(
      platforms,
      each => isText(each['platform']) && isText(each['digest']) && isPackageList(each['packages']),
    ) &&
    (pushed === undefined || isPushed(asObject(pushed))) &&
    (signed === undefined || isSigned(asObject(signed)))
  )
}

function isPushed(json: JsonObject | undefined): boolean {
  return isText(json?.['repository']) && isTexts(json?.['tags'])
}

function isSigned(json: JsonObject | undefined): boolean {
  return (
    isList(json?.['bundles'], each => isText(each['file'])) &&
    isList(json?.['verify'], each => isText(each['title']) && isText(each['text']))
  )
}

function isPackages(json: unknown): boolean {
  const { folder, built } = asObject(json) ?? {}
  return (
    isText(folder) &&
    isPackageList(built) &&
    isList(built, each => isText(each['file']) && isText(each['sha256']))
  )
}

function isPackageList(json: unknown): boolean {
  return isList(json, each => isText(each['name']) && isText(each['version']))
}

function isList(json: unknown, isRight: (each: JsonObject) => boolean): boolean {
  return Array.isArray(json) && json.every(each => isRight(asObject(each) ?? {}))
}

function isTexts(json: unknown): boolean {
  return Array.isArray(json) && json.every(isText)
}

function isText(json: unknown): boolean {
  return typeof json === 'string'
}

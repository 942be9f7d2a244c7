import { nextPage } from '../domain/link-header.ts'
import { Failure } from '../domain/failure.ts'
import { parseObject } from '../domain/json-object.ts'
import { placeOf, urlOf } from './access.ts'
import { readAtMost } from '../domain/read-at-most.ts'
import type { RegistrySession } from './registry-session.ts'

const mostPages = 1000
const pageLimit = 4 * 1024 * 1024

/** All tags of a repository, all pages (distribution spec v1.1, listing tags); none when it is not there. Repeats while that may help. Fails as `Repository` does. */
export async function listTags(session: RegistrySession): Promise<readonly string[]> {
  const { access, ports } = session
  const doing = `list the tags of ${placeOf(access)}`
  const tags: string[] = []
  let url: string | undefined = urlOf(access, 'tags/list?n=1000')
  for (let page = 0; url !== undefined; page += 1) {
    if (page === mostPages) throw broken(doing, `it has more than ${mostPages} pages`)
    const asked: string = url
    const answer = await ports.patience.retry(doing, async () => {
      const response = await session.send({ method: 'GET', url: asked })
      if (response.status === 404) {
        response.body.resume()
        return undefined
      }
      if (response.status !== 200) throw await session.refusal(doing, response)
      return {
        bytes: await readAtMost(response.body, pageLimit),
        url: response.url,
        link: response.headers['link'],
      }
    })
    if (answer === undefined) return tags
    tags.push(...tagsIn(answer.bytes, doing))
    const next = nextPage(answer.link)
    url = next === undefined ? undefined : URL.parse(next, answer.url)?.href
  }
  return tags
}

function tagsIn(bytes: Buffer, doing: string): readonly string[] {
  const tags = parseObject(bytes.toString())?.['tags']
  if (tags === null) return []
  if (!Array.isArray(tags) || !tags.every(tag => typeof tag === 'string'))
    throw broken(doing, 'it is no list of tags')
  return tags
}

function broken(doing: string, what: string): Failure {
  return new Failure('REGISTRY_FAILED', `${doing}: the answer is broken: ${what}`, {
    hint: 'Is a proxy between here and the registry?',
  })
}

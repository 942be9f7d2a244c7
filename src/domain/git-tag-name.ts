/** What git takes as the name of a tag, in words. */
export const tagNameRule =
  'no space, control character or any of ~ ^ : ? * [ \\, no "..", "//" or "@{", no part that starts with "." or ends with ".lock", no "/" at either end, no "." at the end, no "-" at the start'

/** Whether git takes a text as the name of a tag (git-check-ref-format(1), git-tag(1)). */
export function isTagName(text: string): boolean {
  return (
    // oxlint-disable-next-line no-control-regex -- the rule is about them
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|\/\/|@\{|^[-/]|[./]$|^@?$/.test(text) &&
    text.split('/').every(part => !part.startsWith('.') && !part.endsWith('.lock'))
  )
}

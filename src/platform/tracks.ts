import type { Track } from '../ports.ts'

/** How one fold of a log is written. */
export interface Fold {
  start(title: string): void
  line(text: string): void
  end(): void
}

interface OpenTrack {
  readonly title: string
  readonly kept: string[]
  ended: boolean
}

/** Folds of work that runs side by side: one is live, the others keep their lines until the floor is free. */
export function openTracks(fold: Fold): (title: string) => Track {
  const open: OpenTrack[] = []

  const show = (track: OpenTrack): void => {
    fold.start(track.title)
    for (const line of track.kept.splice(0)) fold.line(line)
  }
  const passFloor = (): void => {
    fold.end()
    open.shift()
    const [next] = open
    if (next === undefined) return
    show(next)
    if (next.ended) passFloor()
  }
  return title => {
    const track: OpenTrack = { title, kept: [], ended: false }
    if (open.push(track) === 1) show(track)
    return {
      line(text) {
        if (open[0] === track) fold.line(text)
        else track.kept.push(text)
      },
      end() {
        if (track.ended) return
        track.ended = true
        if (open[0] === track) passFloor()
      },
    }
  }
}

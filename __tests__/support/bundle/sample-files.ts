/** A recipe that the fake melange takes; its second step is on line 14. */
export const melangeYaml = `package:
  name: senhas
  version: 1.0.0
  epoch: 0
  description: Gerador de senhas
environment:
  contents:
    packages:
      - busybox
      - python3
pipeline:
  - name: prepare
    runs: echo preparing
  - name: compile
    runs: make
`

/** An image of two packages, the first built in the run. */
export const apkoYaml = `contents:
  repositories:
    - packages
  packages:
    - senhas
    - busybox
entrypoint:
  command: /bin/sh
`

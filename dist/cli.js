#!/bin/sh
':' //; exec node -- "$0" "$@"
// src/entries/cli.ts
/**
* The command. Nothing may be imported at the top, here: an older Node would end with a stack trace of a module that it cannot load, before it
* comes to the check.
*/
const wanted = 24;
if (Number.parseInt(process.versions.node, 10) >= wanted) await import("./command.js");
else {
	process.stderr.write(`error: giropops needs Node ${wanted} or newer, this is ${process.versions.node}\n`);
	process.exitCode = 1;
}
export {};

#!/usr/bin/env node
import { a as helpText, i as secretText, l as runAction, o as secretVariable, r as terminalSurface, s as readFlags, u as actions, v as runToEnd } from "./start.js";
// src/entries/cli.ts
const texts = /* @__PURE__ */ new Map();
await runToEnd(terminalSurface((name) => texts.get(name) ?? ""), async (session) => {
	const { action, help, texts: given } = readFlags(process.argv.slice(2));
	if (help) return void process.stdout.write(helpText(action));
	for (const [name, text] of given) texts.set(name, text);
	for (const [name, { secret }] of Object.entries(actions[action])) if (secret) texts.set(name, await secretText({
		name,
		file: given.get(name),
		variable: secretVariable(name)
	}));
	return runAction(action, session);
});
export {};

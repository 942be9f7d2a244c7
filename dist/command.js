import { C as runToEnd, a as secretText, c as secretVariable, d as actions, i as terminalSurface, o as readFlags, s as helpText, u as runAction, w as ownVersion } from "./start.js";
import { resolve } from "node:path";
// src/entries/command.ts
const texts = /* @__PURE__ */ new Map();
await runToEnd(terminalSurface((name) => texts.get(name) ?? ""), async (session) => {
	const { action, help, version, texts: given } = readFlags(process.argv.slice(2));
	if (version) return void process.stdout.write(`${ownVersion()}\n`);
	if (help) return void process.stdout.write(helpText(action));
	for (const [name, text] of given) texts.set(name, text);
	for (const [name, { secret }] of Object.entries(actions[action])) {
		if (!secret) continue;
		const file = given.get(name);
		texts.set(name, await secretText({
			name,
			file,
			variable: secretVariable(name)
		}));
		if (file !== void 0) session.secrets.hideFile(resolve(file));
	}
	return runAction(action, session);
});
export {};

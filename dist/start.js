import { a as error, c as group, d as notice, f as saveState, g as warning, h as startGroup, i as endGroup, l as info, m as setSecret, n as addPath, o as getInput, p as setOutput, r as debug, s as getState, x as summary } from "./vendor-start.js";
import { stripVTControlCharacters, styleText } from "node:util";
import { lstat, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
// src/domain/failure.ts
/** A failure we foresaw: `message` says what is wrong, `hint` the next step. Anything else thrown is a bug of ours. */
var Failure = class extends Error {
	name = "Failure";
	code;
	hint;
	at;
	constructor(code, message, details = {}) {
		super(message, { cause: details.cause });
		this.code = code;
		this.hint = details.hint;
		this.at = details.at;
	}
};
// src/platform/cancel.ts
/** A runner sends SIGINT, SIGTERM 7.5 s later and kills 2.5 s after that; what is left must be cleaned up before. */
const grace = 5e3;
const unwinding = 1500;
const signals = ["SIGINT", "SIGTERM"];
/** While in use, a signal cancels the run: it unwinds as after a failure, and if it does not, the process ends all the same. */
function onCancel({ log, cancel, lastly }) {
	const stop = async (signal) => {
		log.warning(`${signal}: stopping, and cleaning up`);
		await cancel(grace);
		setTimeout(() => {
			const end = () => {
				forget();
				process.kill(process.pid, signal);
			};
			lastly().then(end, end);
		}, unwinding).unref();
	};
	const listener = (signal) => void stop(signal);
	const forget = () => {
		for (const signal of signals) process.off(signal, listener);
	};
	for (const signal of signals) process.on(signal, listener);
	return { [Symbol.dispose]: forget };
}
// src/domain/failures.ts
/** Several failures found in one look, reported one by one; at least one. */
var Failures = class extends Error {
	name = "Failures";
	all;
	constructor(all) {
		super(all.map((failure) => failure.message).join("\n"));
		this.all = all;
	}
};
/** Throws what was found, if anything: one failure as itself, several together. */
function throwIfAny(found) {
	const [first, ...rest] = found;
	if (first === void 0) return;
	throw rest.length === 0 ? first : new Failures(found);
}
/** Does something that may fail, and keeps the failures it throws with those found before; a bug passes through. */
async function collect(found, body) {
	try {
		return await body();
	} catch (error) {
		if (error instanceof Failures) found.push(...error.all);
		else if (error instanceof Failure) found.push(error);
		else throw error;
		return;
	}
}
// src/platform/failure-text.ts
/** Every failure in what was thrown: our own as they are, a full disk as DISK_FULL, a forbidden file as INPUT_INVALID, and nothing of a bug. */
function failuresOf(error) {
	if (error instanceof Failures) return error.all;
	if (error instanceof Failure) return [error];
	const disk = diskFailure(error);
	return disk === void 0 ? [] : [disk];
}
/** What people read: message, hint, and the code to search for. */
function failureText(failure) {
	const hint = failure.hint === void 0 ? "" : `\n${failure.hint}`;
	return `${failure.message}${hint}\n(${failure.code})`;
}
/** What is printed for a bug of ours: its stack. */
function bugText(error) {
	return `This is a bug in giropops-build; please report it with these lines.\n${error instanceof Error ? error.stack ?? error.message : String(error)}`;
}
/** The chain of causes below a failure, for the debug log. */
function causesOf(failure) {
	const causes = [];
	for (let cause = failure.cause; cause instanceof Error && causes.length < 8; cause = cause.cause) causes.push(`caused by ${cause.name}: ${cause.message}`);
	return causes;
}
const diskCauses = {
	ENOSPC: "no space is left",
	EDQUOT: "the quota is used up"
};
const forbidden = {
	EROFS: "the file system is read-only",
	EACCES: "no permission"
};
function diskFailure(error) {
	if (!(error instanceof Error) || !("code" in error)) return void 0;
	const code = String(error.code);
	const path = "path" in error && typeof error.path === "string" ? error.path : "a file";
	if (forbidden[code] !== void 0) return new Failure("INPUT_INVALID", `cannot use ${path}: ${forbidden[code]}`, {
		cause: error,
		hint: "Let this user read and write there, or name other folders: in RUNNER_TEMP or TMPDIR, and with the input \"output\"."
	});
	if (diskCauses[code] === void 0) return void 0;
	return new Failure("DISK_FULL", `cannot write ${path}: ${diskCauses[code]}`, {
		cause: error,
		hint: "Free some space, or name another folder with the input \"output\" (RUNNER_TEMP and TMPDIR are used as well)."
	});
}
// package.json
var version = "1.0.0";
// src/platform/version.ts
/** Our own version, from package.json. */
function ownVersion() {
	return version;
}
// src/platform/run-to-end.ts
/** Runs the program on a surface to its end: the only place that catches. The exit code is 1 after any failure. */
async function runToEnd(surface, body) {
	const { log, secrets } = surface;
	surviveDeafness();
	log.info(`giropops-build ${ownVersion()}`);
	const opened = new AsyncDisposableStack();
	opened.defer(() => secrets.wipe());
	let told = false;
	const session = {
		...surface,
		async open(deadline) {
			const { openWorld } = await import("./open-world.js");
			const world = opened.use(await openWorld(surface, deadline));
			const lastly = async () => {
				if (!told) surface.fail(new Failure("CANCELLED", "the run was cancelled"));
				await secrets.wipe();
				await world.abandon();
			};
			opened.use(onCancel({
				log,
				cancel: (grace) => world.cancel(grace),
				lastly
			}));
			return world;
		}
	};
	try {
		await body(session);
	} catch (error) {
		told = true;
		const failures = failuresOf(error);
		for (const failure of failures) surface.fail(failure);
		if (failures.length === 0) surface.failWithBug(error);
		process.exitCode = 1;
	} finally {
		await opened.disposeAsync();
	}
}
/** Whoever reads us may be gone or refuse a write: the run comes to its end, and cleans up, all the same. */
function surviveDeafness() {
	for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}
// src/platform/tracks.ts
/** Folds of work that runs side by side: one is live, the others keep their lines until the floor is free. */
function openTracks(fold) {
	const open = [];
	const show = (track) => {
		fold.start(track.title);
		for (const line of track.kept.splice(0)) fold.line(line);
	};
	const passFloor = () => {
		fold.end();
		open.shift();
		const [next] = open;
		if (next === void 0) return;
		show(next);
		if (next.ended) passFloor();
	};
	return (title) => {
		const track = {
			title,
			kept: [],
			ended: false
		};
		if (open.push(track) === 1) show(track);
		return {
			line(text) {
				if (open[0] === track) fold.line(text);
				else track.kept.push(text);
			},
			end() {
				if (track.ended) return;
				track.ended = true;
				if (open[0] === track) passFloor();
			}
		};
	};
}
// src/platform/log-runner.ts
/** The log of a workflow: folds and annotations are the runner's own commands. */
function runnerLog() {
	return {
		info: (line) => info(defused(line)),
		debug,
		notice: (text, at) => notice(text, annotation(at)),
		warning: (text, at) => warning(text, annotation(at)),
		group,
		track: openTracks({
			start: startGroup,
			line: (line) => info(defused(line)),
			end: endGroup
		})
	};
}
/** What other programs print is never a command to the runner: a line that looks like one gets an invisible mark before it. */
function defused(text) {
	return text.replace(/^(\s*)(::|##\[)/gm, "$1​$2");
}
/** Where the runner shows an annotation. */
function annotation(at) {
	if (at === void 0) return {};
	return {
		file: at.file,
		...at.line === void 0 ? {} : { startLine: at.line },
		...at.line === void 0 || at.column === void 0 ? {} : { startColumn: at.column }
	};
}
// src/platform/wiped-paths.ts
/** Overwrites every file below the path, then removes it all; links are removed, not followed. Nothing when it is not there. */
async function wipePath(path) {
	const found = await lstat(path).catch(() => void 0);
	if (found === void 0) return;
	if (found.isFile()) await writeFile(path, Buffer.alloc(found.size));
	else if (found.isDirectory()) for (const entry of await readdir(path)) await wipePath(join(path, entry));
	await rm(path, {
		recursive: true,
		force: true
	});
}
// src/platform/secrets.ts
const state = "wipe";
/** Secrets of a workflow: masked by the runner, and wiped by the `post` step, which reads the list from the step's state. */
function runnerSecrets() {
	const paths = [];
	return {
		...hiding(),
		mask(secret) {
			for (const line of maskable(secret)) setSecret(line);
		},
		wipeLater: async (path) => {
			paths.push(path);
			saveState(state, JSON.stringify(paths));
		},
		wipe: async () => {
			for (const path of paths) await wipePath(path);
		}
	};
}
/** Secrets of a laptop: nothing is printed by us, and files are wiped when the command ends. */
function terminalSecrets() {
	const paths = [];
	return {
		...hiding(),
		mask: () => {},
		wipeLater: async (path) => void paths.push(path),
		wipe: async () => {
			for (const path of paths) await wipePath(path);
		}
	};
}
function hiding() {
	const hiddenFiles = [];
	return {
		hiddenFiles,
		hideFile: (path) => void hiddenFiles.push(path)
	};
}
/** What the main step left to be wiped. */
function leftToWipe() {
	const text = getState(state);
	const paths = text === "" ? [] : JSON.parse(text);
	return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
}
/** The whole secret and each of its lines that is long enough to be told apart from other text. */
function maskable(secret) {
	const lines = secret.split(/\r?\n/).filter((line) => line.length > 8 && !line.startsWith("-----"));
	return [.../* @__PURE__ */ new Set([secret, ...lines])].filter(Boolean);
}
// src/platform/surface-runner.ts
/** A workflow's runner: inputs from the environment, annotations, outputs and the job summary. */
function runnerSurface() {
	return {
		log: runnerLog(),
		secrets: runnerSecrets(),
		workspace: process.env["GITHUB_WORKSPACE"] ?? process.cwd(),
		getText: (name) => getInput(name),
		fail(failure) {
			error(failureText(failure), annotation(failure.at));
			for (const cause of causesOf(failure)) debug(cause);
		},
		failWithBug: (error$1) => error(bugText(error$1)),
		async finish({ outputs, summary: summary$1, paths = [] }) {
			for (const path of paths) addPath(path);
			for (const [name, text] of outputs) setOutput(name, text);
			if (summary$1 !== void 0 && process.env["GITHUB_STEP_SUMMARY"] !== void 0) await summary.addRaw(summary$1).write();
		}
	};
}
// src/inputs/definition.ts
/** Says that a literal is a definition, and keeps the type of its value. */
const input = (definition) => definition;
/** Every architecture that apk and the OCI image spec both name. */
const architectures = [
	[
		"x86_64",
		"amd64",
		"linux/amd64",
		"qemu-x86_64"
	],
	[
		"aarch64",
		"arm64",
		"linux/arm64",
		"qemu-aarch64"
	],
	[
		"x86",
		"386",
		"linux/386",
		"qemu-i386"
	],
	[
		"armv7",
		"armv7",
		"linux/arm/v7",
		"qemu-arm"
	],
	[
		"armhf",
		"armv6",
		"linux/arm/v6",
		"qemu-arm"
	],
	[
		"ppc64le",
		"ppc64le",
		"linux/ppc64le",
		"qemu-ppc64le"
	],
	[
		"s390x",
		"s390x",
		"linux/s390x",
		"qemu-s390x"
	],
	[
		"riscv64",
		"riscv64",
		"linux/riscv64",
		"qemu-riscv64"
	],
	[
		"loongarch64",
		"loong64",
		"linux/loong64",
		"qemu-loongarch64"
	]
].map(([apk, name, platform, binfmt]) => ({
	apk,
	name,
	platform,
	binfmt
}));
/** Reads `linux/amd64`, `amd64` or `x86_64` (also `linux/arm64/v8` and `i386`); undefined when unknown. */
function findArchitecture(text) {
	const wanted = text.trim().toLowerCase().replace(/^linux\/(arm64)\/v8$/, "linux/$1");
	const spelled = {
		i386: "x86",
		"linux/x86_64": "x86_64",
		"linux/aarch64": "aarch64"
	}[wanted] ?? wanted;
	return architectures.find((a) => [
		a.apk,
		a.name,
		a.platform
	].includes(spelled));
}
/** The architecture that node calls `process.arch`; undefined for one that apk does not know. */
function architectureOfNode(arch) {
	return findArchitecture({
		x64: "amd64",
		ia32: "386",
		ppc64: "ppc64le"
	}[arch] ?? arch);
}
/** Whether a kernel of `host` runs programs of `guest` without an emulator. */
function runsNatively(host, guest) {
	return host.apk === guest.apk || host.apk === "x86_64" && guest.apk === "x86";
}
// src/inputs/shown-text.ts
/** A text of the user as a message may show it: quoted and cut; never a private key or several lines, which may be a secret. */
function shownText(text) {
	if (text.includes("PRIVATE KEY")) return "a private key (not shown)";
	if (/[\r\n]/.test(text)) return "a text of several lines (not shown)";
	return JSON.stringify(text.length > 80 ? `${text.slice(0, 60)}…` : text);
}
/** Whether a text is a secret itself rather than the path of a file that holds one. */
function isSecretItself(text) {
	return /-----BEGIN|PRIVATE KEY|[\r\n]/.test(text);
}
// src/inputs/parse.ts
const text = (value) => value;
/** Entries a line each; blank lines and lines that start with `#` are left out. */
const lines = (value) => entriesOf(value, "\n");
/** Entries a line each or separated by commas. */
const list = (value) => entriesOf(value, /[\n,]/);
/** Lines with their numbers, which count from the first that is not blank; blank ones and those that start with `#` are left out. */
const numberedLines = (value) => (value ?? "").split("\n").map((text, at) => ({
	line: at + 1,
	text: text.trim()
})).filter(({ text }) => text !== "" && !text.startsWith("#"));
const flag = (value, name) => {
	if (value === void 0 || /^false$/i.test(value)) return false;
	if (/^true$/i.test(value)) return true;
	throw wrong(name, value, "true or false");
};
function choice(...accepted) {
	return (value, name) => {
		const found = accepted.find((each) => each === value?.toLowerCase());
		if (found === void 0) throw wrong(name, value ?? "", accepted.join(", "));
		return found;
	};
}
const platforms = (value, name) => {
	const found = list(value, name).map((entry) => {
		const architecture = findArchitecture(entry);
		if (architecture !== void 0) return architecture;
		throw wrong(name, entry, `${architectures.map((a) => a.platform).join(", ")}, or apk's names such as x86_64`);
	});
	return [...new Set(found)];
};
/** A whole number from 1 on. */
const count = (value, name) => {
	if (value === void 0) return void 0;
	if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
	throw wrong(name, value, "a whole number from 1 to 9999");
};
/** Seconds since 1970. */
const epoch = (value, name) => {
	if (value === void 0) return void 0;
	if (/^\d{1,11}$/.test(value)) return Number(value);
	throw wrong(name, value, "whole seconds since 1970, such as 1735689600");
};
const units = {
	ms: 1,
	s: 1e3,
	m: 6e4,
	h: 36e5
};
/** Milliseconds, from `90s`, `10m`, `1h` or `500ms`. */
const duration = (value, name) => {
	const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(value ?? "");
	const milliseconds = Number(match?.[1]) * (units[match?.[2] ?? ""] ?? NaN);
	if (Number.isFinite(milliseconds) && milliseconds <= 216e5) return milliseconds;
	throw wrong(name, value ?? "", "a time of at most 6h with its unit, such as 90s, 10m or 1h");
};
const sha256 = (value, name) => {
	if (value === void 0) return void 0;
	const hex = value.toLowerCase().replace(/^sha256:/, "");
	if (/^[0-9a-f]{64}$/.test(hex)) return hex;
	throw wrong(name, value, "the 64 hex digits of a sha256");
};
/** An http(s) URL without the slash at its end. */
const url = (value, name) => {
	const parsed = URL.parse(value ?? "");
	if (parsed === null || !["https:", "http:"].includes(parsed.protocol) || parsed.username !== "") throw wrong(name, value ?? "", "an http or https URL without a user name");
	return parsed.href.replace(/\/+$/, "");
};
const optionalUrl = (value, name) => value === void 0 ? void 0 : url(value, name);
/** Where attestations are kept. */
const destinations = (value, name) => {
	const entries = list(value, name).map((entry) => choice("registry", "github")(entry, name));
	if (entries.length === 0) throw wrong(name, value ?? "", "registry, github, or both");
	return {
		registry: entries.includes("registry"),
		github: entries.includes("github")
	};
};
/** Whether an input is read as a list, so that its flag may be given again and again. */
function takesSeveral(parse) {
	return [
		lines,
		list,
		numberedLines,
		platforms,
		destinations
	].some((each) => each === parse);
}
function entriesOf(value, separator) {
	return (value ?? "").split(separator).map((entry) => entry.trim()).filter((entry) => entry !== "" && !entry.startsWith("#"));
}
function wrong(name, value, accepted) {
	return new Failure("INPUT_INVALID", `input "${name}" is ${shownText(value)}; accepted: ${accepted}`, { hint: `Correct "${name}".` });
}
// src/inputs/release-inputs.ts
/** Inputs of releases. */
const releaseInputs = {
	release: input({
		help: "`auto` makes a GitHub release when the run is for a git tag or a release event (needs `contents: write`); `true` fails elsewhere; `false`.",
		parse: choice("auto", "true", "false"),
		default: "false"
	}),
	tag: input({
		help: "Git tag that is released. Left out: the tag that the run is for.",
		parse: text
	}),
	name: input({
		help: "Title of the release. Left out: the tag.",
		parse: text
	}),
	notes: input({
		help: "Text that the notes begin with. Left out: GitHub's generated notes.",
		parse: text
	}),
	draft: input({
		help: "Leave the release a draft, complete but not published.",
		parse: flag,
		default: "false"
	}),
	prerelease: input({
		help: "`auto` goes by the version in the tag (`v1.0.0-rc.1` is one); `true` or `false`.",
		parse: choice("auto", "true", "false"),
		default: "auto"
	}),
	assets: input({
		help: "Further files or globs that the release gets, a line each.",
		parse: lines
	}),
	replace: input({
		help: "Replace assets of a published release that have other bytes, where releases are not immutable.",
		parse: flag,
		default: "false"
	}),
	"major-tag": input({
		help: "For repositories that are actions: move `v1` and `v1.2` to `v1.2.3` once it is published; never to a pre-release, never backwards.",
		parse: flag,
		default: "false"
	}),
	prune: input({
		help: "`dry-run` tells which old untagged versions of the package on GitHub would be deleted, with their signatures and attestations; `true` deletes them; never what something kept needs.",
		parse: choice("false", "dry-run", "true"),
		default: "false"
	}),
	"prune-days": input({
		help: "Versions touched within so many days are kept by `prune`.",
		parse: count,
		default: "30"
	})
};
// src/inputs/runner-map.ts
const sample = "linux/arm64=ubuntu-24.04-arm";
/** Lines of `platform=label`, the platform whole or its beginning, labels by comma. Every wrong line is told, with its number. */
const runners = (value, name) => {
	const found = [];
	const choices = /* @__PURE__ */ new Map();
	for (const [index, text] of (value ?? "").split("\n").entries()) {
		const line = text.trim();
		if (line === "" || line.startsWith("#")) continue;
		const wrong = (what) => void found.push(new Failure("INPUT_INVALID", `input "${name}", line ${index + 1}: ${shownText(line)} ${what}`, { hint: `Write a platform and a runner, such as ${sample}.` }));
		const choice = choiceOf(line);
		if (choice === void 0) wrong("is not platform=runner");
		else if (!architectures.some(({ platform }) => platform.startsWith(choice.prefix))) wrong(`names no platform; accepted: ${architectures.map(({ platform }) => platform).join(", ")}, or a beginning of these`);
		else if (choices.has(choice.prefix)) wrong("names a platform that another line has");
		else choices.set(choice.prefix, choice);
	}
	throwIfAny(found);
	return [...choices.values()];
};
function choiceOf(line) {
	const [, key = "", value = ""] = /^([^=]*)=(.*)$/.exec(line) ?? [];
	const labels = value.split(",").map((label) => label.trim()).filter((label) => label !== "");
	const prefix = key.trim().toLowerCase();
	if (prefix === "" || labels.length === 0) return void 0;
	return {
		prefix: findArchitecture(prefix)?.platform ?? prefix,
		labels
	};
}
// src/inputs/plan-inputs.ts
/** Inputs of the plan alone. */
const planInputs = {
	legs: input({
		help: "Legs of the matrix at most. Left out: one for each independent part of the graph and platform; never more than 256.",
		parse: count
	}),
	runners: input({
		help: "Runners by platform or its beginning, such as `linux/arm64=ubuntu-24.04-arm`, a line each; several labels by comma. Left out: GitHub's own for amd64 and arm64, else one with an emulator.",
		parse: runners
	})
};
// src/domain/fail-on.ts
/** Severities that can be asked for. */
const namedSeverities = [
	"critical",
	"high",
	"medium",
	"low",
	"negligible"
];
/**
* Reads `never`, or a severity, `kev` (known to be exploited) and `epss>=0.5` by comma or line, each once; undefined when it is
* anything else.
*/
function parseFailOn(text) {
	const entries = text.split(/[\n,]/).map((entry) => entry.replaceAll(/\s+/g, "").toLowerCase()).filter((entry) => entry !== "");
	if (entries.length === 1 && entries[0] === "never") return { exploited: false };
	const found = { exploited: false };
	for (const entry of entries) {
		const severity = namedSeverities.find((each) => each === entry);
		const [, epss] = /^epss>=(0|1|0?\.\d+|1\.0+)$/.exec(entry) ?? [];
		if (severity !== void 0 && found.severity === void 0) found.severity = severity;
		else if (epss !== void 0 && found.epss === void 0) found.epss = Number(epss);
		else if (entry === "kev" && !found.exploited) found.exploited = true;
		else return void 0;
	}
	return entries.length === 0 ? void 0 : found;
}
/** Whether it stops nothing at all. */
function isNever({ severity, exploited, epss }) {
	return severity === void 0 && !exploited && epss === void 0;
}
/** `high, kev, epss>=0.5` */
function failOnText(failOn) {
	if (isNever(failOn)) return "never";
	const { severity, exploited, epss } = failOn;
	return [
		severity,
		exploited ? "kev" : void 0,
		epss === void 0 ? void 0 : `epss>=${epss}`
	].filter((part) => part !== void 0).join(", ");
}
// src/inputs/scan-inputs.ts
/** Texts of `fail-on` in one spelling: `high, kev, epss>=0.5`. */
const failOn = (value, name) => {
	const read = parseFailOn(value ?? "");
	if (read !== void 0) return failOnText(read);
	const accepted = `never, or one of ${namedSeverities.join(", ")}, and beside it kev and epss>=0.5`;
	throw new Failure("INPUT_INVALID", `input "${name}" is ${shownText(value ?? "")}; accepted: ${accepted}`, { hint: `Correct "${name}".` });
};
/** Inputs that say which findings stop an image, and where they are reported. */
const scanInputs = {
	"fail-on": input({
		help: "Severity from which on a finding stops the image before the push: `critical`, `high`, `medium`, `low`, `negligible` or `never`; `kev` and `epss>=0.5` may stand beside it.",
		parse: failOn,
		default: "critical"
	}),
	"only-fixed": input({
		help: "Only findings for which a mended version is known stop an image; the others are reported.",
		parse: flag,
		default: "true"
	}),
	"scan-ignore": input({
		help: "Findings that stop nothing, a line each: `CVE-… package=… reason=… until=YYYY-MM-DD`; or the path of a YAML file with such entries.",
		parse: lines
	}),
	vex: input({
		help: "OpenVEX documents, a path a line: what is `not_affected` or `fixed` stops nothing.",
		parse: lines
	}),
	sarif: input({
		help: "`upload` shows findings in the repository's Security tab where the job may (`security-events: write`); `file` leaves the SARIF in `output` only; `false` writes none.",
		parse: choice("upload", "file", "false"),
		default: "upload"
	}),
	"melange-test": input({
		help: "Lint the built packages and run the `test:` sections of their melange files, on platforms that run here, before any image is made.",
		parse: flag,
		default: "false"
	})
};
// src/inputs/scanner-inputs.ts
/** Inputs that say which scanner looks for vulnerabilities, and with which database. */
const scannerInputs = {
	scan: input({
		help: "`grype` or `trivy` looks for vulnerabilities in every platform before anything is pushed; `false` does not look.",
		parse: choice("grype", "trivy", "false"),
		default: "grype"
	}),
	"scan-database": input({
		help: "The scanner's database: the URL of a mirror (grype: of its listing; trivy: an OCI repository), or a file. Left out: the scanner's own, refreshed once a day.",
		parse: text
	}),
	"grype-version": input({
		help: "grype: exact version, `latest` (of the catalogue), or the path of a binary. Left out: the catalogue's.",
		parse: text
	}),
	"grype-sha256": input({
		help: "sha256 of grype's release tarball, for a version outside the catalogue or a mirror of your own build.",
		parse: sha256
	}),
	"trivy-version": input({
		help: "trivy: exact version, `latest` (of the catalogue), or the path of a binary. Left out: the catalogue's.",
		parse: text
	}),
	"trivy-sha256": input({
		help: "sha256 of trivy's release tarball, for a version outside the catalogue or a mirror of your own build.",
		parse: sha256
	})
};
// src/inputs/signing-inputs.ts
/** Inputs of signing and attesting. */
const signingInputs = {
	sign: input({
		help: "`auto` signs what is pushed, keyless through Sigstore (`id-token: write`) or with `cosign-key`; `true` or `false`.",
		parse: choice("auto", "true", "false"),
		default: "auto"
	}),
	"cosign-key": input({
		help: "Private key (PEM, or cosign's encrypted form; a secret), or the path of its file, to sign with instead of the job's identity.",
		parse: text,
		secret: true
	}),
	"cosign-password": input({
		help: "Passphrase of `cosign-key` (a secret).",
		parse: text,
		secret: true
	}),
	"signature-format": input({
		help: "`bundle` (cosign 3: Sigstore bundles as referrers), `legacy` (the `.sig` tag), or `both`.",
		parse: choice("bundle", "legacy", "both"),
		default: "bundle"
	}),
	sbom: input({
		help: "Attest the SPDX document of each platform on its manifest, and of all on the index.",
		parse: flag,
		default: "true"
	}),
	provenance: input({
		help: "Attest SLSA provenance on the index, on each platform and for the packages.",
		parse: flag,
		default: "true"
	}),
	"attest-to": input({
		help: "Where SBOM and provenance are attested, by comma or line: `registry`, `github` (needs `attestations: write`).",
		parse: destinations,
		default: "registry"
	}),
	"github-token": input({
		help: "Token for GitHub's API: attestations that it keeps, releases. Left out: the job's token.",
		parse: text,
		secret: true,
		expression: "${{ github.server_url == 'https://github.com' && github.token || '' }}"
	}),
	"fulcio-url": input({
		help: "Fulcio of a private Sigstore. Left out: the public good instance.",
		parse: optionalUrl
	}),
	"rekor-url": input({
		help: "Rekor of a private Sigstore. Left out: the public good instance.",
		parse: optionalUrl
	}),
	"tsa-url": input({
		help: "Timestamp authority (RFC 3161).",
		parse: optionalUrl
	}),
	"trusted-root": input({
		help: "Trusted root file of a private Sigstore. Left out: the public good instance's, which is built in.",
		parse: text
	}),
	digest: input({
		help: "Digest of the image to sign, `sha256:…`, when `image` does not hold it.",
		parse: text
	}),
	record: input({
		help: "`giropops.json` of an earlier step. `sign` attests its SBOMs and provenance too; `plan` balances legs by its build times; `release` releases its results (of several steps: a line each).",
		parse: text
	})
};
// src/inputs/table.ts
/** Every input of every action. */
const table = {
	"melange-config": input({
		help: "melange files or globs, a line each, built in the order of what they need. Left out: `melange.yaml` if present.",
		parse: lines
	}),
	"apko-config": input({
		help: "apko files or globs, a line each: one image per file. Left out: `apko.yaml` if present.",
		parse: lines
	}),
	platforms: input({
		help: "Platforms, by comma or line: `linux/arm64`, `arm64` or `aarch64`. Left out: the image's own `archs`, else the runner's.",
		parse: platforms
	}),
	image: input({
		help: "Repositories that the same image is pushed to, by comma or line, the primary first; `{name}` stands for the apko file's name. Left out: `ghcr.io/<owner>/<repo>` in lower case.",
		parse: list
	}),
	tags: input({
		help: "Tags, or rules of docker/metadata-action and `type=apk`, a line each; moved after everything else. Left out: `type=schedule` and `type=ref` for branch, tag and pr.",
		parse: numberedLines
	}),
	flavor: input({
		help: "`latest=auto`, `prefix=` and `suffix=` of all tags, as docker/metadata-action has them, a line each.",
		parse: numberedLines
	}),
	labels: input({
		help: "Labels of the image, `key=value` a line; an empty value leaves one out. Always there: source, revision, version and the like, as far as known.",
		parse: numberedLines
	}),
	annotations: input({
		help: "Annotations on the index and every manifest, like `labels`.",
		parse: numberedLines
	}),
	"version-check": input({
		help: "On a git tag or release that is a version: fail before the build unless the package's version and the image's label are the same; `release` compares the tag with the packages of the record.",
		parse: flag,
		default: "true"
	}),
	"allow-retag": input({
		help: "Move tags that are left alone otherwise: those that look like a full version (`1.2.3`) and name another image, and those that name the image of a newer commit.",
		parse: flag,
		default: "false"
	}),
	push: input({
		help: "`auto` pushes in a workflow, but not on a pull request; `true` or `false`.",
		parse: choice("auto", "true", "false"),
		default: "auto"
	}),
	load: input({
		help: "Load the image into the container engine, under the plain tag and apko's `-<arch>` one.",
		parse: flag,
		default: "false"
	}),
	output: input({
		help: "Folder for layouts, SBOMs, packages, docker tars and the record. Left out: a folder in the runner's temp.",
		parse: text
	}),
	packages: input({
		help: "Repository folders of `package` steps (their output of this name), or folders that hold such, a line each; several are merged into one.",
		parse: lines
	}),
	runner: input({
		help: "melange's sandbox: `auto` takes bubblewrap where it works, else docker; or `bubblewrap`, `docker`, `qemu`.",
		parse: choice("auto", "bubblewrap", "docker", "qemu"),
		default: "auto"
	}),
	jobs: input({
		help: "Packages built side by side at most. Left out: one per core, as long as each has 2 GiB of memory.",
		parse: count
	}),
	cache: input({
		help: "`auto` takes packages that were built before, and downloads, from earlier runs, but not for tags, releases and code of strangers; `true` or `false`.",
		parse: choice("auto", "true", "false"),
		default: "auto"
	}),
	"signing-key": input({
		help: "Private RSA key (PEM, a secret) that signs the packages, or the path of its file. Left out: a throw-away pair for this run.",
		parse: text,
		secret: true
	}),
	"melange-version": input({
		help: "melange: exact version, `latest` (of the catalogue), or the path of a binary. Left out: the catalogue's pair.",
		parse: text
	}),
	"apko-version": input({
		help: "apko: exact version, `latest` (of the catalogue), or the path of a binary. Left out: the catalogue's pair.",
		parse: text
	}),
	"melange-sha256": input({
		help: "sha256 of melange's release tarball, for a version outside the catalogue or a mirror of your own build.",
		parse: sha256
	}),
	"apko-sha256": input({
		help: "sha256 of apko's release tarball, for a version outside the catalogue or a mirror of your own build.",
		parse: sha256
	}),
	"tools-mirror": input({
		help: "Base URL that stands in for `https://github.com` when release tarballs are downloaded.",
		parse: url,
		default: "https://github.com"
	}),
	"keyring-append": input({
		help: "Public keys that package indexes may be signed with, a path or URL a line.",
		parse: lines
	}),
	"repository-append": input({
		help: "Package repositories for builds and images, a line each; apko stores them in the image's `/etc/apk/repositories`.",
		parse: lines
	}),
	"build-repository-append": input({
		help: "Package repositories for builds and images that are not stored in the image, a line each.",
		parse: lines
	}),
	"package-append": input({
		help: "Packages added to every image, a line each.",
		parse: lines
	}),
	lockfile: input({
		help: "Lock of an image: `update` writes it, `frozen` fails unless it is there and right, or its path. Left out: `<name>.lock.json` beside the apko file, if present.",
		parse: text
	}),
	reproduce: input({
		help: "Build every image a second time, in another folder, and fail when its digest differs.",
		parse: flag,
		default: "false"
	}),
	namespace: input({
		help: "melange's `--namespace`, used in package URLs of SBOMs.",
		parse: text
	}),
	"pipeline-dir": input({
		help: "Folders with pipelines of your own beside melange's, a line each.",
		parse: lines
	}),
	"source-dir": input({
		help: "Folder whose content the build starts from. Left out: the melange file's folder.",
		parse: text
	}),
	"env-file": input({
		help: "File of environment variables for the build steps.",
		parse: text
	}),
	"vars-file": input({
		help: "File of variables for the recipes' `vars`.",
		parse: text
	}),
	"vcs-url": input({
		help: "Let apko find the URL of the git repository and store it in the image.",
		parse: flag,
		default: "false"
	}),
	"source-date-epoch": input({
		help: "Seconds since 1970 stamped on what is built. Left out: the commit's time.",
		parse: epoch
	}),
	registry: input({
		help: "Host that `username` and `token` are for. Left out: that of the first `image`.",
		parse: text
	}),
	username: input({
		help: "User name at the registry. Left out: the actor on ghcr.io, else the docker configuration.",
		parse: text
	}),
	token: input({
		help: "Password or token at the registry, with `username`. Left out: the job's token on ghcr.io, else the docker configuration.",
		parse: text,
		secret: true,
		expression: "${{ github.server_url == 'https://github.com' && github.token || '' }}"
	}),
	...scannerInputs,
	...scanInputs,
	...signingInputs,
	...releaseInputs,
	...planInputs,
	deadline: input({
		help: "How long an outage of a service is waited out, such as `90s` or `10m`.",
		parse: duration,
		default: "10m"
	}),
	"melange-args": input({
		help: "Further arguments for `melange build`, a line each.",
		parse: lines
	}),
	"apko-args": input({
		help: "Further arguments for `apko build`, a line each.",
		parse: lines
	})
};
// src/inputs/actions.ts
const pick = (...names) => Object.fromEntries(names.map((name) => [name, table[name]]));
const setup = pick("melange-version", "apko-version", "melange-sha256", "apko-sha256", "tools-mirror", "deadline");
const shared = pick("platforms", "output", "keyring-append", "repository-append", "build-repository-append", "source-date-epoch", "cache");
const packaging = pick("melange-config", "runner", "jobs", "signing-key", "namespace", "pipeline-dir", "source-dir", "env-file", "vars-file", "melange-test", "melange-args");
const imaging = pick("apko-config", "image", "tags", "allow-retag", "flavor", "labels", "annotations", "version-check", "push", "load", "package-append", "lockfile", "reproduce", "vcs-url", "registry", "username", "token", "apko-args");
const scanning = pick("scan", "fail-on", "only-fixed", "scan-ignore", "vex", "sarif", "scan-database", "grype-version", "grype-sha256", "trivy-version", "trivy-sha256");
const signing = pick("sign", "cosign-key", "cosign-password", "signature-format", "sbom", "provenance", "attest-to", "github-token", "fulcio-url", "rekor-url", "tsa-url", "trusted-root");
const releasing = pick("release", "draft", "assets", "major-tag");
/** The inputs of each action; the root action has those of its stages. */
const actions = {
	build: {
		...packaging,
		...imaging,
		...scanning,
		...signing,
		...releasing,
		...shared,
		...setup
	},
	setup,
	package: {
		...packaging,
		...pick("version-check"),
		...shared,
		...setup
	},
	image: {
		...pick("packages", "signing-key"),
		...imaging,
		...scanning,
		...signing,
		...shared,
		...setup
	},
	sign: {
		...pick("image", "digest", "tags", "allow-retag", "flavor", "record", "output", "registry", "username", "token", "deadline"),
		...signing
	},
	release: pick("record", "packages", "tag", "name", "notes", "draft", "prerelease", "assets", "replace", "major-tag", "version-check", "prune", "prune-days", "image", "github-token", "deadline"),
	plan: pick("melange-config", "apko-config", "platforms", "image", "legs", "runners", "record", "pipeline-dir", "env-file", "vars-file", "keyring-append", "repository-append", "build-repository-append", "melange-version", "melange-sha256", "tools-mirror", "deadline")
};
// src/inputs/older-names.ts
/** Names that older actions of these tools gave to the same things. */
const olderNames = {
	config: ["apko-config", "melange-config"],
	"multi-config": ["melange-config"],
	archs: ["platforms"],
	tag: ["tags"],
	"target-tag": ["tags"],
	"additional-tags": ["tags"],
	"base-tag": ["image"],
	"signing-key-path": ["signing-key"],
	"sbom-attest": ["sbom"],
	"slsa-attest": ["provenance"],
	FULCIO_URL: ["fulcio-url"],
	REKOR_URL: ["rekor-url"]
};
/** Names that other actions know and that have no effect here. */
const deadNames = [
	"apko-image",
	"automount-src",
	"automount-dest",
	"build-options"
];
/** Lets an action be called by older names: the new one wins where both are given. `names` are the action's own inputs. */
function acceptOlderNames(names, get) {
	const notices = [];
	const taken = /* @__PURE__ */ new Map();
	for (const [older, newer] of Object.entries(olderNames)) {
		const target = newer.find((name) => names.includes(name));
		const value = get(older).trim();
		if (target === void 0 || value === "") continue;
		notices.push(`input "${older}" is now called "${target}"`);
		taken.set(target, [taken.get(target), value].filter(Boolean).join("\n"));
	}
	return {
		notices,
		warnings: deadNames.filter((name) => get(name).trim() !== "").map((name) => `input "${name}" has no effect here; remove it`),
		get: (name) => get(name) || (taken.get(name) ?? "")
	};
}
/** The older names that an action with these inputs takes, with the name to use instead. */
function olderNamesOf(names) {
	return new Map(Object.entries(olderNames).flatMap(([older, newer]) => {
		const target = newer.find((name) => names.includes(name));
		return target === void 0 ? [] : [[older, target]];
	}));
}
// src/inputs/read.ts
/** Reads the inputs of an action by their names of today or older ones. */
function readActionInputs(action, source) {
	const definitions = actions[action];
	const older = acceptOlderNames(Object.keys(definitions), source.getText);
	for (const text of older.notices) source.log.notice(text);
	for (const text of older.warnings) source.log.warning(text);
	return readInputs(definitions, older.get);
}
/** Reads every input of an action; all wrong ones are reported at once (INPUT_INVALID each). */
function readInputs(definitions, get) {
	const found = [];
	const values = Object.entries(definitions).map(([name, definition]) => {
		try {
			return [name, definition.parse(get(name).trim() || definition.default, name)];
		} catch (error) {
			if (error instanceof Failures) found.push(...error.all);
			else if (error instanceof Failure) found.push(error);
			else throw error;
			return [name, void 0];
		}
	});
	throwIfAny(found);
	return Object.fromEntries(values);
}
// src/entries/run-action.ts
/** One action from its texts to its outputs. The engine is loaded once the inputs are known to be right. */
async function runAction(action, session) {
	const inputs = readActionInputs(action, session);
	const world = await session.open(inputs.deadline);
	const { runStage } = await import("./stages.js");
	const result = await runStage(action, inputs, world);
	await session.finish(result);
	throwIfAny(result.failures ?? []);
}
// src/domain/nearest.ts
/** The candidate that is fewest edits away from the word (Levenshtein), when that is near enough to be a slip. */
function nearest(word, candidates) {
	let best;
	let fewest = Math.max(2, Math.floor(word.length / 3)) + 1;
	for (const candidate of candidates) {
		const edits = distance(word, candidate);
		if (edits >= fewest) continue;
		fewest = edits;
		best = candidate;
	}
	return best;
}
function distance(from, to) {
	let row = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (let i = 1; i <= from.length; i += 1) {
		const next = [i];
		for (let j = 1; j <= to.length; j += 1) {
			const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
			next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[to.length] ?? 0;
}
// src/inputs/help-text.ts
const purposes = {
	build: "packages, then images: the whole pipeline (taken when none is named)",
	setup: "download and verify melange and apko",
	package: "melange files to a signed apk repository",
	image: "apko files to images",
	sign: "sign and attest an image that is in a registry",
	release: "a GitHub release of what was built",
	plan: "the matrix of a workflow that builds on many runners"
};
/** What `giropops --help` prints. */
function helpText(action) {
	const definitions = actions[action];
	const flags = Object.entries(definitions).map(([name, { help, secret, default: fallback }]) => {
		return `  --${name}${secret ? ` FILE   (or the variable ${secretVariable(name)})` : ""}\n      ${help}${fallback === void 0 ? "" : ` [${fallback}]`}`;
	});
	return [
		"giropops [action] --input value …",
		"",
		...Object.entries(purposes).map(([name, purpose]) => `  ${name.padEnd(8)} ${purpose}`),
		"",
		"  help [action], --help   lists the inputs of an action",
		"  --version               tells the version",
		"",
		`Inputs of ${action}:`,
		...flags,
		""
	].join("\n");
}
/** Environment variable that holds a secret input of the command. */
function secretVariable(name) {
	return `GIROPOPS_${name.toUpperCase().replaceAll("-", "_")}`;
}
// src/inputs/flag-failures.ts
/** INPUT_INVALID: nothing is called like this. Of `--name=value` only the name is shown. */
function unknownArgument(argument, names) {
	const [, flag, name = ""] = /^(--([a-z0-9-]+))(?:=|$)/.exec(argument) ?? [];
	const near = flag === void 0 ? nearest(argument, Object.keys(actions)) : nearest(name, names);
	const hint = near === void 0 ? "" : `Did you mean ${flag === void 0 ? near : `--${near}`}? `;
	return new Failure("INPUT_INVALID", `${shownText(flag ?? argument)} is not an argument of giropops`, { hint: `${hint}\`giropops --help\` lists them all.` });
}
function lackingValue(name) {
	return new Failure("INPUT_INVALID", `--${name} needs a value`, { hint: `Give it as --${name} VALUE or --${name}=VALUE.` });
}
function givenTwice(name) {
	return new Failure("INPUT_INVALID", `--${name} is given twice, and takes one value`, { hint: `Give --${name} once.` });
}
/** `name` is the flag as given, `input` the secret input that it stands for. */
function secretAsValue(name, input) {
	return new Failure("INPUT_INVALID", `--${name}: a secret is given as a file, or in ${secretVariable(input)}`, { hint: `Give the path of the file, --${name} FILE: arguments can be read by every user of the machine.` });
}
// src/inputs/flags.ts
/**
* Reads `giropops [action] --name value --name=value --flag`. Every input is a flag of the same name; a flag alone means true.
* All that is not understood is reported at once (INPUT_INVALID each); secrets are never in a message.
*/
function readFlags(argv) {
	const [first = "", ...rest] = argv;
	if (first === "help") return readFlags([...rest, "--help"]);
	const named = Object.hasOwn(actions, first);
	const action = named ? first : "build";
	const reader = {
		definitions: actions[action],
		older: olderNamesOf(Object.keys(actions[action])),
		left: named ? rest : [...argv],
		found: [],
		texts: /* @__PURE__ */ new Map()
	};
	const asked = /* @__PURE__ */ new Set();
	while (reader.left.length > 0) {
		const argument = reader.left.shift() ?? "";
		const question = questions.get(argument);
		if (question === void 0) keep(readFlag(argument, reader), reader);
		else asked.add(question);
	}
	throwIfAny(reader.found);
	return {
		action,
		help: asked.has("help"),
		version: asked.has("version"),
		texts: reader.texts
	};
}
const questions = /* @__PURE__ */ new Map([
	["--help", "help"],
	["-h", "help"],
	["--version", "version"],
	["-v", "version"]
]);
function definitionOf(name, { definitions, older }) {
	return definitions[older.get(name) ?? name];
}
function keep(given, { texts, found, ...reader }) {
	if (given === void 0) return;
	const { name, text } = given;
	const before = texts.get(name);
	const definition = definitionOf(name, reader);
	const once = definition && definition.parse !== runners && !takesSeveral(definition.parse);
	if (before !== void 0 && once) found.push(givenTwice(name));
	texts.set(name, before === void 0 ? text : `${before}\n${text}`);
}
function readFlag(argument, reader) {
	const { definitions, older, left, found } = reader;
	const [, name = "", text] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(argument) ?? [];
	const known = [
		...Object.keys(definitions),
		...older.keys(),
		...deadNames
	];
	const definition = definitionOf(name, reader);
	if (definition?.secret && takePasted(text, left)) {
		found.push(secretAsValue(name, older.get(name) ?? name));
		return;
	}
	const value = text ?? (name === "" ? void 0 : valueOf(definition, left));
	if (value !== void 0 && known.includes(name)) return {
		name,
		text: value
	};
	found.push(known.includes(name) ? lackingValue(name) : unknownArgument(argument, known));
}
/** Whether a flag's value is a secret itself; it is not read again then. */
function takePasted(text, left) {
	const pasted = isSecretItself(text ?? left[0] ?? "");
	if (pasted && text === void 0) left.shift();
	return pasted;
}
function valueOf(definition, left) {
	const [next] = left;
	const isValue = next !== void 0 && !next.startsWith("--");
	if (definition?.parse === flag && !(isValue && /^(true|false)$/.test(next))) return "true";
	return isValue ? left.shift() : void 0;
}
// src/platform/secret-text.ts
/**
* Text of a secret input on a laptop: from the file that its flag names, else from the variable; empty when neither is there.
* A file that cannot be read or is empty is INPUT_INVALID.
*/
async function secretText(flag) {
	if (flag.file === void 0) return process.env[flag.variable] ?? "";
	const hint = `Give the path of a file that holds the secret, or set ${flag.variable}.`;
	const text = await readFile(flag.file, "utf8").catch((cause) => {
		throw new Failure("INPUT_INVALID", `--${flag.name}: its file cannot be read (${cause.code})`, { hint });
	});
	if (text.trim() === "") throw new Failure("INPUT_INVALID", `--${flag.name}: its file is empty`, { hint });
	return text;
}
// src/platform/log-terminal.ts
/** The log of a laptop: plain lines on standard error, so that standard output stays for the result. */
function terminalLog(stream, verbose) {
	let indent = "";
	const write = (line) => void stream.write(`${indent}${line}\n`);
	const colour = (format, text) => styleText(format, text, { stream });
	const fold = {
		start(title) {
			write(colour("bold", title));
			indent = "  ";
		},
		line: write,
		end() {
			indent = "";
		}
	};
	return {
		info: write,
		debug: (line) => verbose ? write(colour("dim", line)) : void 0,
		notice: (text, at) => write(`${colour("cyan", "notice:")} ${prefix(at)}${text}`),
		warning: (text, at) => write(`${colour("yellow", "warning:")} ${prefix(at)}${text}`),
		async group(title, body) {
			fold.start(title);
			try {
				return await body();
			} finally {
				fold.end();
			}
		},
		track: openTracks(fold)
	};
}
/** `file:line: `, where the text does not say it already. */
function prefix(at) {
	if (at === void 0) return "";
	return at.line === void 0 ? `${at.file}: ` : `${at.file}:${at.line}: `;
}
// src/platform/surface-summary.ts
/** The summary's Markdown as people read it in a terminal: tables as columns, folds open, code and commands without marks. */
function plainSummary(markdown) {
	const shown = [];
	const table = [];
	let fenced = false;
	for (const line of [...markdown.split("\n"), ""]) {
		if (!fenced && line.startsWith("|")) {
			table.push(line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => plainText(cell.trim())));
			continue;
		}
		shown.push(...columns(table.splice(0)));
		if (line.startsWith("```")) fenced = !fenced;
		else shown.push(fenced ? `  ${line}` : plainText(line));
	}
	return `${shown.join("\n").replace(/\n{3,}/g, "\n\n").trim()}\n`;
}
/** Rows with their cells below each other; the row of dashes goes. */
function columns(table) {
	const rows = table.filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)));
	const widths = (rows[0] ?? []).map((_cell, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
	return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd());
}
function plainText(line) {
	return stripVTControlCharacters(line).replace(/^<details><summary>(.*)<\/summary>$/, "$1:").replace(/^<\/details>$/, "").replace(/^#+ /, "").replaceAll("**", "").replace(/`([^`]*)`/g, "$1").replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1 ($2)").replace(/\\([\\`*_{}[\]<>|#])/g, "$1");
}
// src/platform/surface-terminal.ts
/** A terminal: the log on standard error, outputs as `name=value` lines on standard output. */
function terminalSurface(getText) {
	const log = terminalLog(process.stderr, process.env["RUNNER_DEBUG"] === "1");
	return {
		log,
		getText,
		secrets: terminalSecrets(),
		workspace: process.cwd(),
		fail(failure) {
			const [first = ""] = failure.message.split("\n");
			const place = first.includes(failure.at?.file ?? "\0") ? "" : prefix(failure.at);
			log.info(`error: ${place}${failureText(failure)}`);
			for (const cause of causesOf(failure)) log.debug(cause);
		},
		failWithBug: (error) => log.info(`error: ${bugText(error)}`),
		async finish({ outputs, summary, paths = [] }) {
			if (paths.length > 0) log.info(`put these on PATH: ${paths.join(":")}`);
			if (summary !== void 0) log.info(`\n${plainSummary(summary)}`);
			for (const [name, text] of outputs) process.stdout.write(`${name}=${text.replaceAll("\n", " ")}\n`);
		}
	};
}
// src/inputs/parameters.ts
/** The inputs of an action that differ from their defaults, as texts, without secrets: what a run was asked to do. */
function givenParameters(action, values) {
	const definitions = actions[action];
	const given = Object.entries(definitions).flatMap(([name, { parse, secret, default: fallback }]) => {
		const value = textOf(values[name]);
		if (secret || value === void 0 || value === textOf(parse(fallback, name))) return [];
		return [[name, value]];
	});
	return Object.fromEntries(given);
}
function textOf(value) {
	if (value === void 0) return void 0;
	if (typeof value === "string") return value;
	if (Array.isArray(value)) return value.length === 0 ? void 0 : value.map(entryOf).join("\n");
	return JSON.stringify(value);
}
function entryOf(entry) {
	if (typeof entry === "object" && entry !== null && "platform" in entry) return String(entry.platform);
	if (typeof entry === "object" && entry !== null && "text" in entry) return String(entry.text);
	return String(entry);
}
// src/platform/children.ts
function openChildren() {
	const live = /* @__PURE__ */ new Set();
	let cancelled = false;
	const killAll = () => {
		for (const child of live) killGroup(child);
	};
	return {
		get cancelled() {
			return cancelled;
		},
		add(child) {
			live.add(child);
			child.once("exit", () => {
				live.delete(child);
				if (cancelled) killGroup(child);
			});
		},
		async cancelAll(graceMs) {
			const again = cancelled;
			cancelled = true;
			const ends = [...live].map((child) => new Promise((resolve) => child.once("exit", resolve)));
			if (again) killAll();
			else for (const child of live) child.kill("SIGINT");
			const timer = setTimeout(killAll, graceMs);
			await Promise.all(ends);
			clearTimeout(timer);
		},
		killAll
	};
}
/** SIGKILL to a program and all that it started. */
function killGroup({ pid }) {
	if (pid === void 0) return;
	try {
		process.kill(-pid, "SIGKILL");
	} catch {}
}
export { runToEnd as C, throwIfAny as D, collect as E, Failure as O, wipePath as S, Failures as T, architectures as _, secretText as a, runnerSurface as b, secretVariable as c, actions as d, failOnText as f, architectureOfNode as g, shownText as h, terminalSurface as i, nearest as l, parseFailOn as m, openChildren as n, readFlags as o, isNever as p, givenParameters as r, helpText as s, killGroup as t, runAction as u, findArchitecture as v, ownVersion as w, leftToWipe as x, runsNatively as y };

import { o as __toESM } from "./rolldown-runtime.js";
import { D as throwIfAny, E as collect$1, O as Failure, S as wipePath, T as Failures, _ as architectures, g as architectureOfNode, h as shownText, l as nearest, m as parseFailOn, n as openChildren, p as isNever, r as givenParameters, t as killGroup, v as findArchitecture, w as ownVersion, y as runsNatively } from "./start.js";
import { t as require_undici } from "./vendor-http.js";
import { n as require_tar_stream, r as require_semver } from "./vendor.js";
import { a as explain, i as clean, n as minor, o as valid, r as patch, t as major } from "./vendor-other.js";
import { A as parseManifest, At as substitute, C as cleanTag, Ct as Transient, Dt as parseObject, Et as asObject, Ft as entriesOf, G as formatSize, H as mostNotes, It as isRecord$2, K as largestAsset, L as severities, Lt as textOr, M as tagOf, Mt as readTextFile, Nt as otherThanFile, Ot as subpackagesOf, Pt as withoutLogins$1, Q as findLogin, Rt as takesFlag, S as checkedTag, T as wrongValue, Tt as parseRetryAfter, Y as assetName, Z as sha256OfFile, _ as markKeys, a as readDatabaseWish, at as formatReference, b as oneTry, bt as partOutcomes, c as surveyTags, ct as parseRepository, d as firstMemberLength, dt as digestOf$1, et as sideBySide$1, f as compareVersions, ft as hexOf, g as readDocument, h as readBlob, it as urlOf$1, j as isPullRequest, jt as readYamlFile, k as blobsOf, kt as hasSubstitution, l as pushImage, lt as registryOfHost, m as openLayout, mt as sha256Hex, n as isTagName, ot as formatRepository, p as findBlob, pt as isDigest, r as tagNameRule, s as moveTags, st as parseReference, t as decideSigning, tt as openRepository$1, u as firstMember, v as declaredRecipe, vt as eachAlone, w as Wrong, x as openDestination, xt as chooseServices, y as isUnsure, yt as foreseen } from "./oci.js";
import { Readable, pipeline } from "node:stream";
import { createGunzip, createZstdDecompress, gunzipSync, gzipSync } from "node:zlib";
import { createHash, createPrivateKey, createPublicKey, createSign, verify } from "node:crypto";
import { fileURLToPath } from "node:url";
import { access, chmod, constants, copyFile, cp, glob, link, lstat, mkdir, mkdtemp, open, readFile, readdir, readlink, realpath, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize, posix, relative, resolve } from "node:path";
import { availableParallelism, constants as constants$1, homedir, hostname, tmpdir, totalmem, userInfo } from "node:os";
import { constants as constants$2, createReadStream, createWriteStream, existsSync } from "node:fs";
import { buffer, text } from "node:stream/consumers";
import { StringDecoder } from "node:string_decoder";
import { spawn } from "node:child_process";
import { pipeline as pipeline$1 } from "node:stream/promises";
import { runInNewContext } from "node:vm";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/melange/workbench.ts
/** How a build is told of the repository of this run: melange writes the path into the package. */
const ownRepository = ".giropops-packages";
/**
* Absolute path of the folder that melange runs in for a build that sees the repository of this run: the same text names it there
* in every run. undefined where it runs in the workspace: without that repository, and for an environment that leads out of the workspace (`..`).
*/
function workbenchOf({ hasRepository, file, place }) {
	const environment = isRecord$2(file.value) ? file.value["environment"] : void 0;
	const leadsOut = /\.\.[/"]/.test(JSON.stringify(environment ?? ""));
	return hasRepository && !leadsOut ? join(place, "workbench") : void 0;
}
/** Lays out the workbench: a link for each entry of the workspace, so that relative paths mean what they mean there. Answers where melange runs. */
async function openWorkbench$1(job) {
	const { machine, repository } = job.request;
	const workbench = workbenchOf(job);
	if (workbench === void 0) return machine.workspace;
	await mkdir(workbench, { recursive: true });
	for (const name of await readdir(machine.workspace)) if (name !== ".giropops-packages") await symlink(join(machine.workspace, name), join(workbench, name));
	await symlink(repository, join(workbench, ownRepository));
	return workbench;
}
// src/melange/build-arguments.ts
function foldersOf(place) {
	const [source, out, temp, cache] = [
		"source",
		"out",
		"temp",
		"cache"
	].map((name) => join(place, name));
	return {
		source: source ?? "",
		out: out ?? "",
		temp: temp ?? "",
		cache: cache ?? ""
	};
}
/** Arguments of `melange build` for one build. */
function buildArguments$1(job, runner) {
	const { request, file, architecture, place } = job;
	const { options, melange, key, machine } = request;
	const folders = foldersOf(place);
	const recorded = (path) => recordedPath(machine.workspace, path);
	const own = ownPlaces(job);
	return [
		"build",
		recorded(file.absolute),
		...optional$1("--arch", architecture.apk),
		...optional$1("--runner", runner),
		...optional$1("--signing-key", key.privateKey),
		...optional$1("--source-dir", folders.source),
		...optional$1("--out-dir", folders.out),
		...optional$1("--cache-dir", options.cacheDir ?? folders.cache),
		...options.apkCacheDir === void 0 ? [] : whenTaken(melange, "--apk-cache-dir", `--apk-cache-dir=${options.apkCacheDir}`),
		...whenTaken(melange, "--generate-index", "--generate-index=false"),
		...optional$1("--namespace", options.namespace),
		...optional$1("--vars-file", usesVars(file) ? options.varsFile : void 0),
		...each$1("--env-file", options.envFile === void 0 ? [] : [options.envFile]),
		...each$1(pipelineFlag(melange), options.pipelineDirs),
		...each$1("--keyring-append", [...options.keyring, ...own.keys].map(recorded)),
		...each$1("--repository-append", [...options.repositories, ...own.repositories].map(recorded)),
		...each$1("--package-append", options.packages),
		...options.gitCommit === void 0 ? [] : whenTaken(melange, "--git-commit", `--git-commit=${options.gitCommit}`),
		...options.gitRepoUrl === void 0 ? [] : whenTaken(melange, "--git-repo-url", `--git-repo-url=${options.gitRepoUrl}`),
		...options.extraArgs
	];
}
/** What a build sees of this run, by the paths that melange is told. */
function ownPlaces(job) {
	const { repository, key } = job.request;
	if (!job.hasRepository) return {
		keys: [],
		repositories: []
	};
	const folder = workbenchOf(job) === void 0 ? repository : ownRepository;
	return {
		keys: [join(folder, basename(key.publicKey))],
		repositories: [folder]
	};
}
/** Arguments of `melange test`, which has few of the flags of `build`; all packages of the run are there to be installed. */
function testArguments(job, runner) {
	const { request, file, architecture, place } = job;
	const { options, melange, key, repository } = request;
	const folders = foldersOf(place);
	return [
		"test",
		file.absolute,
		...optional$1("--arch", architecture.apk),
		...optional$1("--runner", runner),
		...optional$1("--source-dir", folders.source),
		...optional$1("--cache-dir", options.cacheDir ?? folders.cache),
		...options.apkCacheDir === void 0 ? [] : whenTaken(melange, "--apk-cache-dir", `--apk-cache-dir=${options.apkCacheDir}`),
		...each$1("--env-file", options.envFile === void 0 ? [] : [options.envFile]),
		...each$1("--pipeline-dirs", options.pipelineDirs),
		...each$1("--keyring-append", [...options.keyring, join(repository, basename(key.publicKey))]),
		...each$1("--repository-append", [...options.repositories, repository])
	];
}
/** Without `vars` in the file, melange 0.58 and before crashes on a vars-file; where nothing asks for one it is left out. */
function usesVars({ value }) {
	return isRecord$2(value) && isRecord$2(value["vars"]) || JSON.stringify(value ?? "").includes("${{vars.");
}
/** Where the public key lies beside the packages. */
function publicKeyIn({ repository, key }) {
	return join(repository, basename(key.publicKey));
}
/**
* melange records these paths in the package (its SBOM, its locked environment): relative to the workspace they are the same on
* every machine. URLs and what lies elsewhere stay as they are.
*/
function recordedPath(workspace, path) {
	const inside = isAbsolute(path) ? relative(workspace, path) : "..";
	return inside === "" || inside.startsWith("..") ? path : inside;
}
/** Flags that decide where things lie and how they are signed: ours alone. */
const ours = [
	"arch",
	"out-dir",
	"signing-key",
	"source-dir",
	"workspace-dir",
	"generate-index",
	"runner",
	"rm",
	"interactive"
];
/** What of the options this melange cannot do, and extra arguments that would undo ours; before anything is built. */
function unsuitedOptions({ options, melange }) {
	return [...options.extraArgs.filter((arg) => ours.some((flag) => new RegExp(`^--${flag}(=|$)`).test(arg))).map((arg) => new Failure("INPUT_INVALID", `input "melange-args" holds ${arg.split("=")[0]}, which is set by the action itself`, { hint: "Leave it out; \"platforms\", \"runner\", \"signing-key\", \"source-dir\" and \"output\" are inputs." })), ...neededFlags(options, melange).filter((flag) => !takesFlag(melange, flag)).map((flag) => new Failure("TOOL_UNSUITED", `melange ${melange.version} (${basename(melange.path)}) has no flag ${flag}`, { hint: "Take a newer \"melange-version\", or leave out the input that needs the flag." }))];
}
function neededFlags(options, melange) {
	const needs = [
		["--namespace", options.namespace !== void 0],
		["--vars-file", options.varsFile !== void 0],
		["--env-file", options.envFile !== void 0],
		["--keyring-append", options.keyring.length > 0],
		["--repository-append", options.repositories.length > 0],
		["--package-append", options.packages.length > 0],
		[pipelineFlag(melange), options.pipelineDirs.length > 0],
		["--pipeline-dirs", options.pipelineDirs.length > 1]
	];
	return [...new Set(needs.flatMap(([flag, needed]) => needed ? [flag] : []))];
}
function pipelineFlag(melange) {
	return takesFlag(melange, "--pipeline-dirs") ? "--pipeline-dirs" : "--pipeline-dir";
}
function whenTaken(melange, flag, argument) {
	return takesFlag(melange, flag) ? [argument] : [];
}
function optional$1(flag, value) {
	return value === void 0 ? [] : [flag, value];
}
/** A flag of the kind StringSlice (spf13/pflag) reads each value as a line of CSV. */
function each$1(flag, values) {
	const quoted = (value) => /[,"]/.test(value) ? `"${value.replaceAll("\"", "\"\"")}"` : value;
	return values.flatMap((value) => [flag, quoted(value)]);
}
// src/melange/build-request.ts
/** `senhas 1.0.0-r0 x86_64`: how messages and the log call a build. */
function titleOf$2({ file, architecture }) {
	return `${file.name} ${file.version}-r${file.epoch} ${architecture.apk}`;
}
// src/melange/machine-failure.ts
/** What the machine lacks: space, an emulator, a sandbox; undefined when it was something else. */
function explainMachine({ file, architecture, request }, watch, error) {
	const at = file.placeOf(["package"]);
	const all = [error, ...watch.lines.map(({ text }) => text)].join("\n");
	if (/no space left on device/i.test(all)) return {
		code: "DISK_FULL",
		what: `no space left on the disk: ${error}`,
		at,
		hint: "Free space, or name a larger disk as \"output\" and RUNNER_TEMP."
	};
	if (!runsNatively(request.machine.architecture, architecture) && (/exec format error/i.test(all) || /Container \w+ is not running/.test(error))) return {
		code: "EMULATION_MISSING",
		what: `this machine cannot run programs for ${architecture.platform}`,
		at,
		hint: "Set up emulation (`uses: docker/setup-qemu-action@v3`), use native runners in a matrix, or build fewer \"platforms\"."
	};
	if (error.includes("unable to run containers using")) return {
		code: "SANDBOX_MISSING",
		what: (watch.lines.map(({ text }) => text).find((text) => text.startsWith("cannot use ")) ?? error).replace(/ arch=\S+$/, ""),
		at,
		hint: "Try another \"runner\": bubblewrap, docker or qemu."
	};
}
// src/melange/melange-lines.ts
const levels = {
	DEBU: "debug",
	DEBUG: "debug",
	INFO: "info",
	WARN: "warn",
	ERRO: "error",
	ERROR: "error",
	FATA: "error"
};
/**
* Reads `2026/11/24 07:49:07 WARN text`; steps' own standard error comes as WARN, so a level says little about them. Logins in
* URLs are left out.
*/
function readLine$1(printed) {
	const line = withoutLogins$1(printed);
	const parts = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d ([A-Z]{4,5}) (.*)$/s.exec(line);
	if (parts === null) return {
		level: void 0,
		text: line
	};
	return {
		level: levels[parts[1] ?? ""],
		text: parts[2] ?? ""
	};
}
/**
* The line as our log shows it: without time and level, save for errors. What a runner would take for a command of ours
* (`::add-mask::…`) keeps a mark in front: a step of the user's build must not speak for us.
*/
function shownLine(line) {
	const { level, text } = readLine$1(line);
	const shown = level === "error" ? `ERROR ${text}` : text;
	return /^\s*::|##\[/.test(shown) ? `| ${shown.replaceAll("##[", "## [")}` : shown;
}
/** The last line of a text that says something, without time and level. */
function lastLine$1(text) {
	return readLine$1(text.split(/\r?\n/).filter((line) => line.trim() !== "").at(-1) ?? "it printed nothing").text;
}
/** Lines that melange prints of its own housekeeping, which say nothing about a failure. */
const housekeeping = /^(pod \w+ terminated|(deleting|untagged|deleted|tagging|saving) |retrieving workspace|layer (digest|diffID): |no lint findings|ERROR: failed to test package)/;
/** Texts that say something, without blank lines, housekeeping and melange's marks of the subpackage. */
function meaningful(lines) {
	return lines.map(({ text }) => text.replace(/ subpackage=\S+$/, "").trimEnd()).filter((text) => text !== "" && !housekeeping.test(text));
}
// src/melange/repository-failure.ts
/** What went wrong between melange and the repositories of the build environment; undefined when it was something else. */
function explainRepositories(file, watch, error) {
	return explainUnresolved$1(file, watch, error) ?? explainIndex$1(file, watch, error);
}
function explainUnresolved$1(file, watch, error) {
	const wanted = [...error.matchAll(/solving "([^"]+)" constraint/g)].map(([, name = ""]) => name);
	if (wanted.length === 0) return void 0;
	const [first = "", last = first] = [wanted[0], wanted.at(-1)];
	const reason = error.slice(error.lastIndexOf("constraint: ") + 12);
	const chain = first === last ? "" : ` (which ${first} needs)`;
	const unread = watch.warnings.map((text) => /^getting local index (\S+):/.exec(text)?.[1]).find(Boolean);
	const hint = unread === void 0 ? "Check the name, and that one of the repositories (environment.contents.repositories, \"repository-append\") has it for this architecture." : `There is no index ${unread}: check the repository, and that it has this architecture.`;
	return {
		code: "PACKAGE_UNRESOLVED",
		what: `package ${last}${chain} cannot be resolved: ${reason}`,
		at: entryPlace(file, "packages", (entry) => nameOf$2(entry) === nameOf$2(first)),
		hint
	};
}
function explainIndex$1(file, watch, error) {
	const index = /reading index (\S+?)\/[^/\s]+\/APKINDEX\.tar\.gz: (.*)$/s.exec(error);
	if (index === null) return void 0;
	const [, repository = "", reason = ""] = index;
	const at = entryPlace(file, "repositories", (entry) => entry.replace(/^@\S+ /, "").replace(/\/$/, "") === repository);
	const what = `the index of the repository ${repository} cannot be used: ${reasonOf$2(reason)}`;
	const hint = hintFor$2(reason, watch);
	return {
		code: reason.includes("giving up after") ? "NETWORK_FAILED" : "PACKAGE_FAILED",
		what,
		at,
		...hint !== void 0 && { hint }
	};
}
function reasonOf$2(reason) {
	const status = /unexpected status code (\d+)/.exec(reason)?.[1];
	if (status !== void 0) return `it answers with status ${status}`;
	const tries = /giving up after (\d+) attempt/.exec(reason)?.[1];
	if (tries === void 0) return reason;
	const last = /(?:connect|dial tcp|lookup)[^:]*: ([^:]+)$/.exec(reason)?.[1];
	return `no good answer in ${tries} attempts${last === void 0 ? "" : ` (${last})`}`;
}
function hintFor$2(reason, watch) {
	if (/no keys provided|no signature with known key/.test(reason)) {
		const signer = /skipping signature \.SIGN\.\w+\.(\S+) /.exec(watch.warnings.join("\n"))?.[1];
		return `Give ${signer === void 0 ? "the public key of the distribution" : `the public key ${signer}`} in "keyring-append" or environment.contents.keyring.`;
	}
	if (/status code 40[13]/.test(reason)) return "The repository wants a login: give HTTP_AUTH (basic:REALM:USER:PASSWORD) in the environment.";
	if (/status code 404/.test(reason)) return "Check the address, and that the repository has this architecture.";
	if (reason.includes("giving up after")) return "Check the address and the network; run again when the repository is back.";
}
function entryPlace(file, list, wanted) {
	const environment = isRecord$2(file.value) ? file.value["environment"] : void 0;
	const contents = isRecord$2(environment) ? environment["contents"] : void 0;
	const index = entriesOf(isRecord$2(contents) ? contents[list] : void 0).findIndex((entry) => wanted(textOr(entry, "")));
	const path = [
		"environment",
		"contents",
		list
	];
	return file.placeOf(index === -1 ? path : [...path, index]);
}
/** `busybox` of `busybox=1.35.0-r4@local`. */
function nameOf$2(constraint) {
	return constraint.replace(/[=<>~@].*$/, "");
}
// src/melange/failing-step.ts
/**
* Finds the failing step of a pipeline in the parsed melange file. melange's log names only steps with `name` or `uses`, so
* unnamed ones are told by their place after a named one, their depth, and by what they print. In doubt: the whole pipeline.
*/
function findFailingStep(pipeline, path, trace) {
	const steps = flatten(pipeline, path, 1);
	const last = lastBegun(steps, trace.begun);
	const next = steps.findIndex(({ id }, index) => index > last && id !== "");
	const possible = steps.slice(Math.max(last, 0), next === -1 ? void 0 : next).filter((step) => mayFailAt(step, trace.depth));
	const step = possible.length > 1 ? byOutput(possible, trace.output) : possible[0];
	if (step === void 0) return {
		path,
		title: "a step of its pipeline"
	};
	return {
		path: step.path,
		title: titleOf$1(step)
	};
}
/** The step at a path of indexes, as errors before the build give it (`Pipeline[1]: compiling Pipeline[0]`). */
function stepPath(path, indexes) {
	return indexes.flatMap((index, level) => level === 0 ? [...path, index] : ["pipeline", index]);
}
function flatten(pipeline, path, depth) {
	return entriesOf(pipeline).flatMap((item, index) => {
		if (!isRecord$2(item)) return [];
		const here = [...path, index];
		const uses = textOr(item["uses"], "");
		const runs = textOr(item["runs"], "");
		const kind = uses !== "" ? "uses" : runs === "" ? "group" : "runs";
		return [{
			path: here,
			id: textOr(item["name"], uses),
			depth,
			kind,
			text: `${textOr(item["name"], "")} ${uses} ${runs} ${JSON.stringify(item["with"] ?? {})}`
		}, ...flatten(item["pipeline"], [...here, "pipeline"], depth + 1)];
	});
}
/** Index of the last begun step; names that are not in the file belong to the pipeline of a `uses`. */
function lastBegun(steps, begun) {
	return begun.reduce((last, name) => {
		const found = steps.findIndex(({ id }, index) => index > last && id === name);
		return found === -1 ? last : found;
	}, -1);
}
function mayFailAt(step, depth) {
	if (step.kind === "uses") return depth >= step.depth;
	return step.kind === "runs" && depth === step.depth;
}
/** From the last line back, the first whose words only one of the steps has. */
function byOutput(steps, output) {
	for (const line of output.toReversed()) {
		const owners = (line.match(/[\w./-]{3,}/g) ?? []).flatMap((word) => {
			const [owner, ...others] = steps.filter(({ text }) => text.includes(word));
			return owner === void 0 || others.length > 0 ? [] : [owner];
		});
		const [owner] = owners;
		if (owner !== void 0 && owners.every((each) => each === owner)) return owner;
	}
}
function titleOf$1({ id, text }) {
	if (id !== "") return `step "${id}"`;
	const [first = ""] = text.trim().split("\n");
	const line = first.replace(/ \{\}$/, "");
	return `step "${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`;
}
// src/melange/step-failure.ts
/** What melange finds wrong in the file before it builds anything; undefined when it was something else. */
function explainFile(file, error) {
	const field = /^\s*line (\d+): (.+)$/m.exec(error);
	if (field !== null && /configuration/.test(error)) {
		const line = Number(field[1]);
		return {
			code: "CONFIG_INVALID",
			what: `${file.file}:${line}: ${field[2]}`,
			at: {
				file: file.file,
				line
			}
		};
	}
	const indexes = [...error.matchAll(/Pipeline\[(\d+)\]/g)].map(([, index]) => Number(index));
	const subpackage = /compiling subpackage "([^"]+)"/.exec(error)?.[1];
	if (!error.startsWith("compiling ") || indexes.length === 0) return void 0;
	return {
		code: "CONFIG_INVALID",
		what: error,
		at: file.placeOf(stepPath(pipelineOf(file, subpackage).path, indexes))
	};
}
/** Which step failed; undefined when it was something else. */
function explainStep$1(file, watch, error) {
	const failed = /^unable to run (?:package|subpackage) \S+ pipeline: ((?:unable to run pipeline: )+)(.*)$/s.exec(error);
	if (failed === null) return void 0;
	const [, wrapped = "", reason = ""] = failed;
	const { value, path } = pipelineOf(file, watch.subpackage);
	const output = meaningful(watch.lines);
	return failedStep(findFailingStep(value, path, {
		begun: watch.begun,
		depth: wrapped.split(": ").length - 1,
		output
	}), {
		file,
		reason,
		subpackage: watch.subpackage
	});
}
/** What is told of a step that failed. */
function failedStep({ title, path }, { file, reason, subpackage }) {
	return {
		code: "PACKAGE_FAILED",
		what: `${title}${subpackage === void 0 ? "" : ` of subpackage ${subpackage}`} failed (${reason})`,
		at: file.placeOf(path),
		withLines: true
	};
}
function pipelineOf(file, subpackage) {
	const root = isRecord$2(file.value) ? file.value : {};
	if (subpackage === void 0) return {
		value: root["pipeline"],
		path: ["pipeline"]
	};
	const index = file.indexOfSubpackage(subpackage);
	const item = entriesOf(root["subpackages"])[index];
	return {
		value: isRecord$2(item) ? item["pipeline"] : void 0,
		path: [
			"subpackages",
			index,
			"pipeline"
		]
	};
}
// src/melange/build-failure.ts
/** The failure of a build that melange ended with `code`, from what its log told. */
function explainBuild(job, watch, code) {
	const error = watch.error || endOf(code);
	const found = explainMachine(job, watch, error) ?? explainRepositories(job.file, watch, error) ?? explainFile(job.file, error) ?? explainStep$1(job.file, watch, error) ?? explainRest(job.file, error);
	return failureOf$2(`cannot build ${titleOf$2(job)}`, found, watch);
}
/** The failure that an explanation stands for, with the last lines that were printed where they tell more. */
function failureOf$2(title, found, watch) {
	const lines = found.withLines ? meaningful(watch.lines).slice(-10) : [];
	const message = [`${title}: ${found.what}`, ...lines.map((text) => `  ${text}`)].join("\n");
	return new Failure(found.code, message, {
		at: found.at,
		...found.hint !== void 0 && { hint: found.hint }
	});
}
/** A death by signal N is code 128 + N. */
function endOf(code) {
	return code > 128 ? `melange was killed by signal ${code - 128}` : `melange ended with code ${code}`;
}
function explainRest(file, error) {
	const linter = /linter "([^"]+)" failed/.exec(error)?.[1];
	const at = file.placeOf(["package"]);
	if (error === endOf(137)) return {
		code: "PACKAGE_FAILED",
		what: error,
		at,
		hint: "The machine may have run out of memory: build fewer platforms side by side, or on a larger runner.",
		withLines: true
	};
	if (error.startsWith("panic: ") || error.startsWith("fatal error: ")) return explainCrash(file, error);
	if (linter === void 0) return {
		code: "PACKAGE_FAILED",
		what: error,
		at,
		withLines: true
	};
	return {
		code: "PACKAGE_FAILED",
		what: error,
		at,
		hint: `Mend what the linter found, or turn it into a warning: "checks: {disabled: [${linter}]}" below "package:".`,
		withLines: true
	};
}
/** melange 0.58 and before dies of a vars-file when the file has no `vars` of its own. */
function explainCrash(file, error) {
	const at = file.placeOf(["package"]);
	const what = `melange crashed: ${error}`;
	if (!(isRecord$2(file.value) && file.value["vars"] === void 0) || !error.includes("nil map")) return {
		code: "PACKAGE_FAILED",
		what,
		at
	};
	return {
		code: "PACKAGE_FAILED",
		what,
		at,
		hint: `This melange crashes on "vars-file" when the file has no "vars:"; add "vars: {}" to ${file.file}.`
	};
}
// src/melange/build-watch.ts
const mostLines = 200;
/** After these, what was printed before says nothing any more. */
const begins = /^(installing \S+ \(\S+\)|linting apk: |running the main test pipeline)/;
/** How a program in Go dies of a bug of its own; a trace follows. */
const crash = /^(panic|fatal error): /;
function openBuildWatch() {
	let subpackage;
	let begun = [];
	let lines = [];
	let error = [];
	const [warnings, images, cached] = [
		/* @__PURE__ */ new Set(),
		/* @__PURE__ */ new Set(),
		/* @__PURE__ */ new Set()
	];
	const begin = () => {
		lines = [];
		error = [];
	};
	const note = (text) => {
		const [, source, tag] = /^tagging local image (\S+) as (?:\S+\/)?(melange:\d+-[0-9a-f]+)$/.exec(text) ?? [];
		if (tag !== void 0) images.add(tag);
		if (source?.startsWith("apko.local/cache:")) cached.add(source);
		cached.delete(/^deleting image (\S+)$/.exec(text)?.[1] ?? "");
		if (/^(getting local index|skipping signature) /.test(text)) warnings.add(text);
	};
	return {
		take(raw) {
			const line = readLine$1(raw);
			note(line.text);
			const step = /^running step "(.*)"$/.exec(line.text)?.[1];
			const started = /^running (?:test )?pipeline for subpackage (\S+)$/.exec(line.text)?.[1];
			if (started !== void 0) [subpackage, begun] = [started, []];
			if (step !== void 0) begun.push(step.replaceAll(/\\(["\\])/g, "$1"));
			if (step !== void 0 || started !== void 0 || begins.test(line.text)) return begin();
			if (line.level === void 0 && error.length > 0) return void error.push(line);
			lines.push(...error);
			error = [];
			if (line.level === "error" || crash.test(line.text)) error.push(line);
			else lines.push(line);
			lines.splice(0, Math.max(0, lines.length - mostLines));
		},
		get subpackage() {
			return subpackage;
		},
		get begun() {
			return begun;
		},
		get lines() {
			return lines;
		},
		get error() {
			return error.map(({ text }) => text).join("\n").replace(/^failed to build package: /, "").replace(/\n\s*goroutine \d.*/s, "").trim();
		},
		get warnings() {
			return [...warnings];
		},
		get images() {
			return [...images];
		},
		get cached() {
			return [...cached];
		}
	};
}
// src/melange/remove-tree.ts
/** Removes a folder with all that is in it, folders that forbid it included. False when something of others' is left. */
async function removeTree(folder) {
	try {
		await rm(folder, {
			recursive: true,
			force: true
		});
		return true;
	} catch {
		await openFolders(folder);
		return rm(folder, {
			recursive: true,
			force: true
		}).then(() => true, () => false);
	}
}
/** Builds leave folders without write permission (Go's module cache), which keeps even their owner from emptying them. */
async function openFolders(folder) {
	await chmod(folder, 448).catch(() => {});
	const entries = await readdir(folder).catch(() => []);
	for (const entry of entries) {
		const path = join(folder, entry);
		if ((await lstat(path).catch(() => void 0))?.isDirectory()) await openFolders(path);
	}
}
// src/melange/damaged-downloads.ts
/** How melange ends when a package that it downloaded earlier is cut off, or is another one. */
const damage = /: installing (apk )?packages: .*(\bEOF$|gzip: |flate: |archive\/tar: |(hash|checksum) mismatch)/;
/**
* The same build with fresh downloads, in a folder of the run, where it failed of damaged ones; undefined where that would not help.
* The damaged ones stay until {@link replaceDamaged}: other builds are using what is whole of them.
*/
function withFreshDownloads(job, error) {
	const { request } = job;
	const { options, melange } = request;
	if (!(error instanceof Failure) || error.code !== "PACKAGE_FAILED") return void 0;
	if (!damage.test(error.message.split("\n")[0] ?? "")) return void 0;
	if (options.apkCacheDir === void 0 || !takesFlag(melange, "--apk-cache-dir")) return void 0;
	return {
		...job,
		request: {
			...request,
			options: {
				...options,
				apkCacheDir: freshDownloads(request)
			}
		}
	};
}
/** Puts fresh downloads, where a build needed them, in the place of the damaged ones; when no build runs any more. Never fails. */
async function replaceDamaged(request) {
	const { apkCacheDir } = request.options;
	const names = await readdir(freshDownloads(request)).catch(() => void 0);
	if (names === void 0 || apkCacheDir === void 0) return;
	for (const name of await readdir(apkCacheDir).catch(() => [])) await removeTree(join(apkCacheDir, name));
	await mkdir(apkCacheDir, {
		recursive: true,
		mode: 448
	}).catch(() => {});
	for (const name of names) await rename(join(freshDownloads(request), name), join(apkCacheDir, name)).catch(() => {});
}
function freshDownloads({ scratch }) {
	return join(scratch, "downloads");
}
// src/melange/file-failure.ts
const words = {
	EACCES: "no permission",
	EPERM: "no permission",
	ENOENT: "there is no such file or folder",
	ENOTDIR: "it is no folder",
	EROFS: "the file system is read-only"
};
/**
* What to throw for an error of the file system while we were `doing` something: DISK_FULL, or PACKAGE_FAILED with the path.
* Anything else is passed through.
*/
function fileFailure(error, doing) {
	if (!(error instanceof Error) || error instanceof Failure) return error;
	const { code = "", path } = error;
	if (code === "ENOSPC" || code === "EDQUOT") return new Failure("DISK_FULL", `no space left on the disk while ${doing}`, {
		cause: error,
		hint: "Free space, or put \"output\" and the temporary folder on a larger disk."
	});
	const reason = words[code];
	if (reason === void 0) return error;
	return new Failure("PACKAGE_FAILED", `${reason} while ${doing}: ${path ?? ""}`, { cause: error });
}
// src/melange/apk-archive.ts
var import_tar_stream = require_tar_stream();
/**
* Text of the first entry that `wanted` picks by its name; undefined when there is none. apks and indexes are gzip members one
* after another, of tar archives whose end is left off, so they read as one archive (apk-tools, package format v2). Reading
* stops at the entry. Throws for a file that is no such archive.
*/
function findEntry(file, wanted) {
	return findEntryIn(createReadStream(file), wanted);
}
/** As {@link findEntry}, from the archive's bytes; the source is destroyed in the end. */
async function findEntryIn(source, wanted) {
	const unzipped = createGunzip();
	const entries = (0, import_tar_stream.extract)();
	source.on("error", (error) => unzipped.destroy(error)).pipe(unzipped);
	unzipped.on("error", (error) => entries.destroy(error)).pipe(entries);
	try {
		for await (const entry of entries) {
			if (wanted(entry.header.name)) return {
				name: entry.header.name,
				text: await text(entry)
			};
			entry.resume();
		}
		return;
	} finally {
		source.destroy();
		unzipped.destroy();
		entries.destroy();
	}
}
// src/melange/replaced-file.ts
/** Writes the file anew so that readers see the old or the new bytes, never a part. */
async function replaceFile(file, bytes) {
	await throughPart(file, (part) => writeFile(part, bytes));
}
/** Moves a file, across file systems too, so that the target is never half-written. */
async function moveFile(from, to) {
	try {
		await rename(from, to);
	} catch (error) {
		if (error.code !== "EXDEV") throw error;
		await throughPart(to, (part) => copyFile(from, part));
		await rm(from, { force: true });
	}
}
async function throughPart(file, write) {
	const part = `${file}.part`;
	try {
		await write(part);
		await rename(part, file);
	} catch (error) {
		await rm(part, { force: true });
		throw error;
	}
}
// src/melange/repository-index.ts
const indexName$1 = "APKINDEX.tar.gz";
/**
* Takes new apks into the folder of an architecture, with one index of all that lies there. The index is made and looked at
* before anything is moved, so that a failure leaves the folder as it was; it is never unsigned and never half-written.
* Fails with PACKAGE_FAILED when melange can't make it.
*/
async function adoptPackages(job, ports) {
	const { folder, fresh } = job;
	const names = new Set(fresh.map((apk) => basename(apk)));
	const apks = [...(await apksIn(folder)).filter((apk) => !names.has(basename(apk))), ...fresh].sort((a, b) => basename(a) < basename(b) ? -1 : 1);
	if (apks.length === 0) return rm(join(folder, indexName$1), { force: true });
	const index = await makeIndex(job, apks, ports);
	await mkdir(folder, { recursive: true });
	for (const apk of fresh) await moveFile(apk, join(folder, basename(apk)));
	await moveFile(index, join(folder, indexName$1));
}
/** Absolute paths of the apks in a folder, sorted; none when there is no such folder. */
async function apksIn(folder) {
	return (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".apk")).sort().map((name) => join(folder, name));
}
/** `senhas` of `…/senhas-1.0.0-r0.apk`. */
function packageNameOf$1(apk) {
	return basename(apk).replace(/-[^-]+-r\d+\.apk$/, "");
}
/** Milliseconds for an index: melange reads every package. */
const timeLimit$4 = 9e5;
async function makeIndex({ melange, key, scratch }, apks, { processes }) {
	const index = join(scratch, indexName$1);
	const args = [
		"index",
		"-o",
		index,
		"--signing-key",
		key.privateKey,
		...apks
	];
	const made = await processes.ask({
		tool: melange.path,
		args,
		cwd: scratch,
		timeLimit: timeLimit$4
	});
	if (made.code !== 0) {
		const reason = lastLine$1(`${made.stdout}\n${made.stderr}`);
		const code = reason.includes("no space left on device") ? "DISK_FULL" : "PACKAGE_FAILED";
		throw new Failure(code, `melange cannot index the packages: ${reason}`);
	}
	if (!(await findEntry(index, () => true).catch(() => void 0))?.name.startsWith(".SIGN.")) throw new Failure("PACKAGE_FAILED", `melange ${melange.version} left the index of the packages unsigned`);
	return index;
}
// src/melange/source-copy.ts
/**
* Lays out a source folder again for one build, links as they are. Folders are new, for melange writes probe files into them,
* on which another build's walk would trip; files, which it only reads, are hard links, or copies where those are not to be
* had. Left out: what `exclude` names (absolute paths, links in them followed too), the target itself, sockets, pipes and devices.
* Throws what the file system throws.
*/
async function copySource(source, target, exclude) {
	const left = /* @__PURE__ */ new Set([
		...exclude,
		target,
		...await realNames(source, exclude)
	]);
	let takeFile = linkOrCopy;
	const copyEntry = async (entry, from, to) => {
		const [path, copy] = [join(from, entry.name), join(to, entry.name)];
		if (entry.isSymbolicLink()) await symlink(await readlink(path), copy);
		else if (entry.isFile() && await takeFile(path, copy) === "copied") takeFile = copyOnly;
	};
	const copyFolder = async (from, to) => {
		const { mode } = await lstat(from);
		await mkdir(to, {
			recursive: true,
			mode: mode & 511 | 448
		});
		const kept = (await readdir(from, { withFileTypes: true })).filter((entry) => !left.has(join(from, entry.name)));
		const [folders, others] = [kept.filter(isFolder), kept.filter((entry) => !isFolder(entry))];
		await Promise.all(others.map((entry) => copyEntry(entry, from, to)));
		for (const { name } of folders) await copyFolder(join(from, name), join(to, name));
	};
	await copyFolder(source, target);
}
/** Where the paths really are, as the walk from `source` names it. */
async function realNames(source, paths) {
	const base = await realpath(source);
	return (await Promise.all(paths.map((path) => realpath(path).catch(() => path)))).map((path) => join(source, relative(base, path)));
}
const isFolder = (entry) => entry.isDirectory();
async function linkOrCopy(from, to) {
	try {
		await link(from, to);
		return "linked";
	} catch {
		return copyOnly(from, to);
	}
}
/** A clone where the file system can. */
async function copyOnly(from, to) {
	await copyFile(from, to, constants$2.COPYFILE_FICLONE);
	return "copied";
}
// src/melange/container-engine.ts
const idleTimeout = 2e4;
/** The engine at an address as DOCKER_HOST gives it; undefined when we have no way to speak to it (`ssh://`, `npipe://`). */
function openEngine(dockerHost, http) {
	const where = addressOf$1(dockerHost);
	if (where === void 0) return void 0;
	return { send: (method, path, body) => http.send({
		method,
		url: `${where.base}${path}`,
		idleTimeout,
		...where.socket !== void 0 && { socket: where.socket },
		...body !== void 0 && {
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body)
		}
	}) };
}
/** Path of the engine's Unix socket; undefined when it has none. */
function socketOf(dockerHost) {
	return /^unix:\/\/(\/.+)$/.exec(dockerHost)?.[1];
}
function addressOf$1(dockerHost) {
	const socket = socketOf(dockerHost);
	if (socket !== void 0) return {
		base: "http://localhost",
		socket
	};
	const remote = /^(tcp|https?):\/\/([^/]+)/.exec(dockerHost);
	if (remote === null) return void 0;
	const [, scheme, host = ""] = remote;
	return { base: `${scheme === "https" || scheme === "tcp" && host.endsWith(":2376") ? "https" : "http"}://${host}` };
}
/** The JSON of an answer in the 200s; undefined for any other. */
async function jsonOf$1(response) {
	const body = await text(response.body);
	return response.status >= 200 && response.status < 300 && body !== "" ? JSON.parse(body) : void 0;
}
// src/melange/sweep.ts
/**
* Removes what one build left, that build's alone: containers that mount its TMPDIR, images that its log names (or that bear
* its process id), the TMPDIR. melange leaves an image after every build in docker, success included. Never fails; what
* could not be removed is told.
*/
async function sweep(left, ports) {
	for (const again of [true, false]) try {
		if (!await sweepOnce(left, ports)) ports.log.info(`left in ${left.temp}: files of another user, made in docker`);
		return;
	} catch (error) {
		if (again && error instanceof Failure && error.code === "CANCELLED") continue;
		ports.log.info(`could not sweep what a build left: ${error instanceof Error ? error.message : String(error)}`);
		return;
	}
}
async function sweepOnce({ temp, dockerHost, watch, pid }, ports) {
	const engine = dockerHost === void 0 ? void 0 : openEngine(dockerHost, ports.http);
	if (engine === void 0) return removeTree(temp);
	await removeContainers(engine, temp);
	const images = await imagesOf(engine, watch, pid);
	const removed = await removeTree(temp) || await removeAsRoot(engine, images[0], temp);
	for (const image of [...images, ...watch.cached]) await drop(engine, `/images/${image}`);
	return removed;
}
async function removeContainers(engine, temp) {
	const filters = encodeURIComponent(JSON.stringify({ label: ["dev.chainguard.melange=true"] }));
	const found = await jsonOf$1(await engine.send("GET", `/containers/json?all=1&filters=${filters}`));
	const real = await realpath(temp).catch(() => temp);
	const isOurs = (mount) => {
		const source = isRecord$2(mount) ? textOr(mount["Source"], "") : "";
		return source.startsWith(`${temp}/`) || source.startsWith(`${real}/`);
	};
	for (const container of entriesOf(found)) {
		if (!isRecord$2(container) || !entriesOf(container["Mounts"]).some(isOurs)) continue;
		await drop(engine, `/containers/${textOr(container["Id"], "")}?force=1&v=1`);
	}
}
async function imagesOf(engine, watch, pid) {
	if (watch.images.length > 0 || pid === void 0) return watch.images;
	const filters = encodeURIComponent(JSON.stringify({ reference: [`melange:${pid}-*`] }));
	const found = await jsonOf$1(await engine.send("GET", `/images/json?filters=${filters}`));
	return entriesOf(found).flatMap((image) => entriesOf(isRecord$2(image) ? image["RepoTags"] : void 0)).map((tag) => textOr(tag, "")).filter((tag) => tag.startsWith(`melange:${pid}-`));
}
/** Files that a build in docker made belong to root; a container of the build's own image can remove them. */
async function removeAsRoot(engine, image, temp) {
	if (image === void 0) return false;
	const made = await jsonOf$1(await engine.send("POST", "/containers/create", {
		Image: image,
		User: "0",
		Cmd: [
			"/bin/sh",
			"-c",
			"rm -rf /sweep/*"
		],
		HostConfig: {
			Binds: [`${temp}:/sweep`],
			NetworkMode: "none"
		}
	}));
	const id = isRecord$2(made) ? textOr(made["Id"], "") : "";
	if (id === "") return false;
	for (const step of ["start", "wait"]) await jsonOf$1(await engine.send("POST", `/containers/${id}/${step}`));
	await drop(engine, `/containers/${id}?force=1&v=1`);
	return removeTree(temp);
}
async function drop(engine, path) {
	(await engine.send("DELETE", path)).body.resume();
}
// src/melange/build-package.ts
/**
* Builds one file for one architecture from its own copy of the source folder, and answers the absolute paths of the apks, still
* in the build's own place. What melange leaves is swept, whatever happens. Fails with what {@link explainBuild} finds, with
* DISK_FULL, CANCELLED or TOOL_MISSING, and where there is no sandbox. Where earlier downloads are damaged, it builds once more
* with fresh ones.
*/
async function buildPackage(job, ports) {
	try {
		return await buildOnce(job, ports);
	} catch (error) {
		const again = withFreshDownloads(job, error);
		if (again === void 0) throw error;
		ports.log.warning(`${titleOf$2(job)} is built once more: what ${job.request.options.apkCacheDir} keeps of packages is damaged, and downloaded anew`);
		return buildOnce(again, ports);
	}
}
async function buildOnce(job, ports) {
	const runner = await job.request.sandbox();
	const track = ports.log.track(`melange ${titleOf$2(job)}`);
	const watch = openBuildWatch();
	let finished;
	try {
		const cwd = await prepareFolders(job);
		const onLine = (line) => {
			watch.take(line);
			track.line(shownLine(line));
		};
		finished = await runMelange({
			job,
			runner,
			cwd
		}, onLine, ports);
	} finally {
		await cleanUp(job, {
			watch,
			runner,
			pid: finished?.pid
		}, ports);
		track.end();
	}
	if (finished.code !== 0) throw explainBuild(job, watch, finished.code);
	return collect(job);
}
/** Lays out the folders of a build, with a copy of the source folder, and answers the folder that melange runs in. */
async function prepareFolders(job) {
	const { request, file, place } = job;
	const folders = foldersOf(place);
	const { repository, scratch, key, options } = request;
	const exclude = [
		...options.exclude,
		repository,
		scratch,
		dirname(key.privateKey),
		key.privateKey
	];
	try {
		for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
		await copySource(options.sourceDir ?? file.folder, folders.source, exclude);
		return await openWorkbench$1(job);
	} catch (error) {
		throw fileFailure(error, `copying the source folder of ${file.file}`);
	}
}
function runMelange({ job, runner, cwd }, onLine, { processes }) {
	const { melange, machine, sourceDateEpoch } = job.request;
	return processes.run({
		tool: melange.path,
		args: buildArguments$1(job, runner),
		cwd,
		env: {
			TMPDIR: foldersOf(job.place).temp,
			...runner === "docker" && { DOCKER_HOST: machine.dockerHost },
			...sourceDateEpoch !== void 0 && { SOURCE_DATE_EPOCH: String(sourceDateEpoch) }
		},
		onLine
	});
}
/** Removes what a build needed and left; its packages stay. */
async function cleanUp(job, left, ports) {
	const { request, place } = job;
	const { temp, source, cache } = foldersOf(place);
	await sweep({
		temp,
		dockerHost: left.runner === "docker" ? request.machine.dockerHost : void 0,
		watch: left.watch,
		pid: left.pid
	}, ports);
	for (const folder of [
		source,
		cache,
		workbenchOf(job)
	]) if (folder !== void 0) await removeTree(folder);
}
async function collect(job) {
	const apks = await apksIn(join(foldersOf(job.place).out, job.architecture.apk));
	if (apks.length > 0) return apks;
	throw new Failure("PACKAGE_FAILED", `melange ended well but left no package of ${titleOf$2(job)}`, { at: job.file.placeOf(["package"]) });
}
// src/melange/package-version.ts
/**
* apk's version grammar as apko and melange read it (apk-tools version.c), without the revision `-rN`, which a melange file
* gives as `package.epoch`.
*/
const grammar = /^\d+(\.\d+)*[a-z]?((_alpha|_beta|_pre|_rc)\d*)?((_cvs|_svn|_git|_hg|_p)\d*)?$/;
const versionRule$1 = "numbers with dots, one letter at most, then _alpha, _beta, _pre or _rc, then _p, _git, _hg, _svn or _cvs";
/** Whether apk can read and compare the version (without `-rN`). */
function isPackageVersion(text) {
	return grammar.test(text);
}
const suffixes = {
	a: "_alpha",
	alpha: "_alpha",
	b: "_beta",
	beta: "_beta",
	dev: "_pre",
	pre: "_pre",
	preview: "_pre",
	snapshot: "_pre",
	rc: "_rc",
	p: "_p",
	patch: "_p",
	post: "_p"
};
/** The apk version that someone most likely meant (`v1.0.0-beta.2` is `1.0.0_beta2`); undefined when no guess is good. */
function suggestVersion(text) {
	const spelled = /^v?(\d+(?:\.\d+)*(?:[a-z](?![a-z\d]))?)(?:[-_.~]?([a-z]+)[-_.]?(\d*))?(?:\+.*)?$/i.exec(text.trim());
	if (spelled === null) return void 0;
	const [, numbers = "", word = "", count = ""] = spelled;
	const suffix = word === "" ? "" : suffixes[word.toLowerCase()];
	if (suffix === void 0) return void 0;
	const guess = `${numbers.toLowerCase()}${suffix}${count}`;
	return guess !== text && isPackageVersion(guess) ? guess : void 0;
}
/** Parts of `1.0.0-r2`; undefined when there is no revision. */
function splitRevision(text) {
	const parts = /^(.+)-r(\d+)$/.exec(text);
	return parts === null ? void 0 : {
		version: parts[1] ?? "",
		epoch: parts[2] ?? ""
	};
}
// src/melange/package-check.ts
/** Everything wrong in `package` of a melange file, each with its place; of a file that is no mapping, that alone. */
function checkPackage(yaml, declared) {
	if (!isRecord$2(yaml.value)) {
		const at = yaml.placeOf([]);
		const message = `${yaml.file}:${at.line}:${at.column}: a melange file is a mapping of keys; this one is ${kindOf$1(yaml.value)}`;
		return [new Failure("CONFIG_INVALID", message, {
			at,
			hint: "It begins with \"package:\"."
		})];
	}
	const wrong = (path, text, hint) => {
		const at = yaml.placeOf(path);
		const message = `${yaml.file}:${at.line}:${at.column}: ${path.slice(0, 2).join(".")} ${text}`;
		return new Failure("CONFIG_INVALID", message, {
			at,
			...hint !== void 0 && { hint }
		});
	};
	const problem = (key, check) => {
		const text = declared[key];
		if (text === void 0 || text === "") return [wrong(["package", key], "is missing", `Add "${key}: ${samples$1[key]}" below "package:".`)];
		const found = hasSubstitution(text) ? void 0 : check(text);
		return found === void 0 ? [] : [wrong(["package", key], found.text, found.hint)];
	};
	return [
		...problem("name", nameProblem),
		...problem("version", versionProblem),
		...problem("epoch", epochProblem),
		...declared.architectures.flatMap((name, index) => {
			const found = architectureProblem(name);
			return found === void 0 ? [] : [wrong([
				"package",
				"target-architecture",
				index
			], found.text, found.hint)];
		})
	];
}
/** Names of subpackages that can't be one, each item of `subpackages` told once. */
function checkSubpackages(yaml, subpackages) {
	const found = /* @__PURE__ */ new Map();
	for (const { name, index } of subpackages) {
		const problem = hasSubstitution(name) ? void 0 : nameProblem(name);
		if (problem === void 0 || found.has(index)) continue;
		const at = yaml.placeOf([
			"subpackages",
			index,
			"name"
		]);
		const message = `${yaml.file}:${at.line}:${at.column}: the name of a subpackage ${problem.text}`;
		found.set(index, new Failure("CONFIG_INVALID", message, { at }));
	}
	return [...found.values()];
}
function kindOf$1(value) {
	if (value === null) return "empty";
	return Array.isArray(value) ? "a list" : "a single value";
}
const samples$1 = {
	name: "my-package",
	version: "1.0.0",
	epoch: "0"
};
function nameProblem(name) {
	if (/^[a-zA-Z\d][a-zA-Z\d+_.-]*$/.test(name)) return void 0;
	return { text: `is ${JSON.stringify(name)}; letters, digits, "+", "_", "." and "-" are accepted, the first a letter or digit` };
}
function versionProblem(version) {
	if (isPackageVersion(version)) return void 0;
	const text = `is ${JSON.stringify(version)}, which apk cannot compare; accepted: ${versionRule$1}`;
	const revision = splitRevision(version);
	if (revision !== void 0 && isPackageVersion(revision.version)) return {
		text,
		hint: `Write "version: ${revision.version}" and "epoch: ${revision.epoch}".`
	};
	const guess = suggestVersion(version);
	return guess === void 0 ? { text } : {
		text,
		hint: `Write "version: ${guess}".`
	};
}
function epochProblem(epoch) {
	if (/^\d{1,9}$/.test(epoch)) return void 0;
	return { text: `is ${JSON.stringify(epoch)}; a whole number from 0 on is accepted` };
}
function architectureProblem(name) {
	if (name === "all" || hasSubstitution(name) || architectures.some(({ apk }) => apk === name)) return void 0;
	const known = findArchitecture(name);
	const text = `has ${JSON.stringify(name)}, which melange does not know; accepted: all, ${architectures.map(({ apk }) => apk).join(", ")}`;
	return known === void 0 ? { text } : {
		text,
		hint: `Write "${known.apk}".`
	};
}
// src/melange/melange-file.ts
/**
* Reads a melange file. Everything wrong in `package` and the names of subpackages is told at once: CONFIG_INVALID with file, line and column.
* Fails with CONFIG_MISSING when it can't be read.
*/
async function readMelangeFile(absolute, file) {
	const yaml = await readYamlFile(absolute, file);
	const known = knownValues(yaml);
	const declared = declaredPackage(yaml, known);
	const named = namedValues(known, declared);
	const subpackages = subpackagesOf(yaml.value, named);
	throwIfAny([...checkPackage(yaml, declared), ...checkSubpackages(yaml, subpackages)]);
	const targets = declared.architectures.filter((name) => name !== "all");
	return {
		file,
		absolute,
		folder: dirname(absolute),
		name: declared.name ?? "",
		version: declared.version ?? "",
		epoch: Number(declared.epoch),
		description: declared.description,
		subpackages: subpackages.map(({ name }) => name),
		architectures: targets,
		known: named,
		value: yaml.value,
		placeOf: (path) => yaml.placeOf(path),
		indexOfSubpackage: (name) => subpackages.find((each) => each.name === name)?.index ?? -1
	};
}
function declaredPackage(yaml, known) {
	const given = isRecord$2(yaml.value) && isRecord$2(yaml.value["package"]) ? yaml.value["package"] : {};
	const text = (key) => {
		const written = yaml.textOf(["package", key]);
		return written === void 0 ? void 0 : substitute(written, known);
	};
	return {
		name: text("name"),
		version: text("version"),
		epoch: text("epoch"),
		description: textOr(given["description"], "").trim(),
		architectures: entriesOf(given["target-architecture"]).map((each) => substitute(textOr(each, ""), known))
	};
}
function knownValues(yaml) {
	const vars = isRecord$2(yaml.value) && isRecord$2(yaml.value["vars"]) ? yaml.value["vars"] : {};
	return new Map(Object.keys(vars).map((name) => [`vars.${name}`, yaml.textOf(["vars", name]) ?? ""]));
}
function namedValues(known, { name, version, epoch }) {
	return new Map([
		...known,
		["package.name", name ?? ""],
		["package.version", version ?? ""],
		["package.epoch", epoch ?? ""],
		["package.full-version", `${version}-r${epoch}`]
	]);
}
/**
* The architectures among `wanted` that the file builds for.
* Fails with CONFIG_INVALID when it builds for none of them.
*/
function targetsOf(file, wanted) {
	if (file.architectures.length === 0) return wanted;
	const targets = wanted.filter(({ apk }) => file.architectures.includes(apk));
	if (targets.length > 0) return targets;
	const at = file.placeOf(["package", "target-architecture"]);
	const names = wanted.map(({ apk }) => apk).join(", ");
	throw new Failure("CONFIG_INVALID", `${file.file}:${at.line}:${at.column}: package.target-architecture is ${file.architectures.join(", ")}, but ${names} is wanted`, {
		at,
		hint: "Add the architecture to the file, or leave it out of the input \"platforms\"."
	});
}
// src/melange/build-works.ts
/** Which architectures each file is built for; everything wrong is told before anything is built. */
function targetsOfNodes({ nodes }, architectures) {
	const targets = /* @__PURE__ */ new Map();
	const failures = [];
	for (const node of nodes) try {
		targets.set(node, targetsOf(node.file, architectures));
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		failures.push(error);
	}
	throwIfAny(failures);
	return targets;
}
async function foreignPackages({ graph, architectures, repository }) {
	const ours = new Set(graph.nodes.flatMap(({ packages }) => packages));
	const foreign = /* @__PURE__ */ new Map();
	for (const { apk } of architectures) {
		const names = (await apksIn(join(repository, apk))).map(packageNameOf$1).filter((name) => !ours.has(name));
		if (names.length > 0) foreign.set(apk, names);
	}
	return foreign;
}
/** That builds and images may take such packages, or undefined when there are none. */
function foreignWarning(foreign, { repository, machine }) {
	const names = [...new Set([...foreign.values()].flat())].sort();
	if (names.length === 0) return void 0;
	const folder = relative(machine.workspace, repository);
	return `packages in ${folder.startsWith("..") ? repository : folder} were there before this run, and may get into its packages and images: ${names.join(", ")}; if no earlier step made them, remove the folder or name another "output"`;
}
/**
* The builds of a graph, in its order. A build sees the repository when it needs something of it, or when packages that are not of this
* graph lie there: melange records the repositories that it was given, so they must not hang on what another run left.
*/
function worksOf(request, targets, foreign) {
	const works = /* @__PURE__ */ new Map();
	for (const [order, node] of request.graph.nodes.entries()) for (const architecture of targets.get(node) ?? []) {
		const { apk: lane } = architecture;
		const needs = node.needs.flatMap((id) => works.get(`${lane} ${id}`) ?? []);
		const place = join(request.scratch, `${order}-${lane}`);
		const hasRepository = needs.length > 0 || foreign.has(lane);
		const job = {
			request,
			file: node.file,
			architecture,
			place,
			hasRepository
		};
		works.set(`${lane} ${node.id}`, {
			lane,
			needs,
			job
		});
	}
	return [...works.values()];
}
// src/melange/declared-tests.ts
/** The `test:` sections of a file that have steps, the package's own first. */
function declaredTests(file) {
	const root = isRecord$2(file.value) ? file.value : {};
	return [{
		name: file.name,
		value: root,
		path: []
	}, ...subpackagesOf(root, file.known).map(({ name, index }) => ({
		name,
		value: entriesOf(root["subpackages"])[index],
		path: ["subpackages", index]
	}))].flatMap(({ name, value, path }) => {
		const test = isRecord$2(value) ? value["test"] : void 0;
		const pipeline = isRecord$2(test) ? test["pipeline"] : void 0;
		return entriesOf(pipeline).length === 0 ? [] : [{
			package: name,
			path: [...path, "test"],
			pipeline
		}];
	});
}
// src/melange/lint-packages.ts
/**
* Has melange lint the built packages with the linters that it requires itself, whatever `melange-args` say; what a file turns off
* (`checks: {disabled: …}`) stays off. Answers PACKAGE_FAILED for each package that does not pass.
*/
async function lintPackages(request, packages, { processes, log }) {
	const { melange, machine, repository } = request;
	if (packages.length === 0) return [];
	const track = log.track("melange lint");
	const errors = [];
	try {
		const finished = await processes.run({
			tool: melange.path,
			args: ["lint", ...packages.map(({ file }) => join(repository, file))],
			cwd: machine.workspace,
			onLine(line) {
				track.line(shownLine(line));
				const found = /linter "[^"]+" failed: .*/.exec(line)?.[0];
				if (found !== void 0) errors.push(found);
			}
		});
		if (finished.code === 0) return [];
		return (errors.length > 0 ? [...new Set(errors)] : [lastLine$1(finished.stderr)]).map((text) => failureOf$1(text, request));
	} finally {
		track.end();
	}
}
/** `linter "tempdir" failed: hello writes to a temp dir` */
function failureOf$1(text, { graph }) {
	const [, linter, name = ""] = /^linter "([^"]+)" failed: (\S+)/.exec(text) ?? [];
	const node = graph.nodes.find(({ packages }) => packages.includes(name));
	const hint = linter === void 0 ? "This melange may have no command \"lint\": take a later melange-version, or leave out melange-test." : `Mend what the linter found, or turn it off: "checks: {disabled: [${linter}]}" below "package:".`;
	return new Failure("PACKAGE_FAILED", `lint of the built packages: ${text}`, {
		at: node && placeOf$2(node.file),
		hint
	});
}
function placeOf$2(file) {
	return file.placeOf(["package"]);
}
// src/melange/side-by-side.ts
/** Does the work for every item, at most `limit` at a time, each to its end whatever others come to. Answers in order. */
async function sideBySide(items, limit, work) {
	const results = [];
	const waiting = items.entries();
	const worker = async () => {
		for (const [index, item] of waiting) {
			const [result] = await Promise.allSettled([work(item)]);
			if (result !== void 0) results[index] = result;
		}
	};
	await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker));
	return results;
}
// src/melange/test-failure.ts
/** The failure of tests that melange ended with `code`, on the line of the failing step. */
function explainTest(job, watch, code) {
	const { file } = job;
	const error = watch.error.replace(/^failed to test package: /, "") || endOf(code);
	const at = placeOfTest(file, watch.subpackage);
	const unresolved = explainRepositories(file, watch, error);
	const found = explainMachine(job, watch, error) ?? (unresolved && {
		...unresolved,
		at
	}) ?? explainStep(file, watch, error) ?? {
		code: "PACKAGE_FAILED",
		what: error,
		at,
		withLines: true
	};
	return failureOf$2(`the tests of ${titleOf$2(job)} failed`, found, watch);
}
function explainStep(file, watch, error) {
	const [, wrapped = "", reason = ""] = /^((?:unable to run pipeline: )+)(.*)$/s.exec(error) ?? [];
	const test = testOf(file, watch.subpackage);
	if (wrapped === "" || test === void 0) return void 0;
	const depth = Math.max(1, wrapped.split(": ").length - 2);
	return failedStep(findFailingStep(test.pipeline, [...test.path, "pipeline"], {
		begun: watch.begun,
		depth,
		output: meaningful(watch.lines)
	}), {
		file,
		reason,
		subpackage: watch.subpackage
	});
}
function testOf(file, subpackage) {
	return declaredTests(file).find((each) => each.package === (subpackage ?? file.name));
}
function placeOfTest(file, subpackage) {
	return file.placeOf(testOf(file, subpackage)?.path ?? ["package"]);
}
// src/melange/test-packages.ts
/**
* Lints what was built, then runs the `test:` sections of its files, side by side, for every architecture that it was built for: what can
* be built here can be run here. A file without any is told. Fails with PACKAGE_FAILED on the line of the failing step, all
* failures together.
*/
async function testPackages(request, { packages }, ports) {
	const failures = [...await lintPackages(request, packages, ports)];
	for (const { file } of request.graph.nodes) {
		const missing = untested(request, file);
		if (missing.length > 0) ports.log.notice(`no test: in ${file.file} for ${missing.join(", ")}`, file.placeOf(["package"]));
	}
	try {
		const results = await sideBySide(jobsOf(request), request.jobs, (job) => testPackage(job, ports));
		for (const result of results) if (result.status === "rejected") take(result.reason, failures);
	} finally {
		await removeTree(request.scratch);
	}
	throwIfAny(failures);
}
function untested({ graph }, file) {
	const tested = new Set(declaredTests(file).map((test) => test.package));
	const node = graph.nodes.find((each) => each.file === file);
	return tested.size > 0 ? [] : node?.packages ?? [file.name];
}
function jobsOf(request) {
	return [...targetsOfNodes(request.graph, request.architectures)].flatMap(([{ file }, architectures], order) => declaredTests(file).length === 0 ? [] : architectures.map((architecture) => ({
		request,
		file,
		architecture,
		place: join(request.scratch, `test-${order}-${architecture.apk}`),
		hasRepository: true
	})));
}
async function testPackage(job, ports) {
	const runner = await job.request.sandbox();
	const track = ports.log.track(`melange test ${titleOf$2(job)}`);
	const watch = openBuildWatch();
	let finished;
	try {
		await prepareFolders(job);
		const { melange, machine } = job.request;
		finished = await ports.processes.run({
			tool: melange.path,
			args: testArguments(job, runner),
			cwd: machine.workspace,
			env: {
				TMPDIR: foldersOf(job.place).temp,
				...runner === "docker" && { DOCKER_HOST: machine.dockerHost }
			},
			onLine(line) {
				watch.take(line);
				track.line(shownLine(line));
			}
		});
	} finally {
		await cleanUp(job, {
			watch,
			runner,
			pid: finished?.pid
		}, ports);
		track.end();
	}
	if (finished.code === 0) return;
	throw explainTest(job, watch, finished.code);
}
/** A bug of ours and the cancellation pass through. */
function take(error, failures) {
	const told = fileFailure(error, "testing packages");
	if (told instanceof Failures) failures.push(...told.all);
	else if (told instanceof Failure && told.code !== "CANCELLED") failures.push(told);
	else throw told;
}
// src/report/verdict-output.ts
/** Findings of each kind that the output lists at most: outputs of a job have 1 MiB in all; the record has every one. */
const most$3 = 100;
/** The output `verdict`: JSON for all images that were scanned; undefined when none was. */
function verdictOf(images) {
	const scanned = images.flatMap(({ name, scan }) => scan === void 0 ? [] : [{
		name,
		scan
	}]);
	const [first] = scanned;
	if (first === void 0) return void 0;
	const { failOn, onlyFixed, scanner } = first.scan;
	return JSON.stringify({
		pass: scanned.every(({ scan }) => scan.pass),
		failOn,
		onlyFixed,
		scanner,
		images: scanned.map(({ name, scan }) => ({
			name,
			...shortened(scan)
		}))
	});
}
function shortened({ pass, counts, failing, others, ignored, expired, unused }) {
	return {
		pass,
		counts,
		failing: failing.slice(0, most$3),
		ignored: ignored.slice(0, most$3),
		expired: expired.slice(0, most$3),
		unused: unused.slice(0, most$3),
		total: {
			failing: failing.length,
			others: others.length,
			ignored: ignored.length
		}
	};
}
// src/report/outputs.ts
const first = ({ record }) => record.images[0];
const reference = (image) => image.pushed === void 0 ? void 0 : `${image.pushed.repository}@${image.digest}`;
const path$1 = ({ output }, relative) => relative === void 0 ? void 0 : join(output, relative);
/** Where an image was pushed to, the primary repository first. */
const placesOf = ({ pushed, copies = [] }) => pushed === void 0 ? copies : [pushed, ...copies];
/** Every output, defined once: action.yml and the README tables are made from it. */
const outputs = {
	digest: {
		help: "Digest of the image's index, `sha256:…`.",
		value: (result) => first(result)?.digest
	},
	image: {
		help: "The pushed image as `repository@sha256:…`.",
		value: (result) => {
			const image = first(result);
			return image === void 0 ? void 0 : reference(image);
		}
	},
	images: {
		help: "Every image as JSON: name, digest, image, tags, the digest of each platform, and `copies`: the same in other repositories.",
		value: ({ record }) => JSON.stringify(record.images.map(summaryOf$1))
	},
	tags: {
		help: "Tags that name the images now, a full reference a line.",
		value: ({ record }) => record.images.flatMap(placesOf).flatMap(({ repository, tags }) => tags.map((tag) => `${repository}:${tag}`)).join("\n") || void 0
	},
	...Object.fromEntries(architectures.map(({ name, platform }) => [`digest-${name}`, {
		help: `Digest of the image for ${platform}.`,
		value: (result) => first(result)?.platforms.find((p) => p.arch === name)?.digest
	}])),
	built: {
		help: "What this run made, as JSON: packages that were built and images that were pushed (or built, where nothing is pushed).",
		value: ({ record }) => JSON.stringify(partOf$1(record, false))
	},
	skipped: {
		help: "What was there already and not made again, as JSON like `built`: packages that were built before, and images whose tags name their digest already.",
		value: ({ record }) => JSON.stringify(partOf$1(record, true))
	},
	packages: {
		help: "Folder of the apk repository that was built, its public key inside.",
		value: (result) => path$1(result, result.record.packages?.folder)
	},
	"public-key": {
		help: "Path of the public key that packages and indexes are signed with.",
		value: (result) => path$1(result, result.record.packages?.publicKey)
	},
	"sbom-paths": {
		help: "Paths of the SPDX documents, one a line: one per platform, and one of the index.",
		value: (result) => result.record.images.flatMap(({ sboms }) => sboms.map((sbom) => join(result.output, sbom))).join("\n") || void 0
	},
	verdict: {
		help: "What was found, as JSON: whether the images pass, and for each the counts by platform, what stops it and what is ignored.",
		value: ({ record }) => verdictOf(record.images)
	},
	sarif: {
		help: "Paths of the SARIF documents with the findings, one a line.",
		value: ({ record, output }) => [...new Set(record.images.flatMap(({ scan }) => scan?.sarif ?? []))].map((file) => join(output, file)).join("\n") || void 0
	},
	"bundle-paths": {
		help: "Paths of the Sigstore bundles that were made, one a line.",
		value: ({ record, output }) => {
			return [...record.images.flatMap(({ signed }) => signed?.bundles.map(({ file }) => file) ?? []), ...record.packages?.bundles ?? []].map((file) => join(output, file)).join("\n") || void 0;
		}
	},
	"verify-commands": {
		help: "Commands that verify the image, one a line, with the right identity.",
		value: (result) => {
			return (first(result)?.signed?.verify.filter(({ language }) => language === "sh"))?.map(({ text }) => text).join("\n") || void 0;
		}
	},
	record: {
		help: "Path of the build record, `giropops.json`.",
		value: ({ output }) => join(output, "giropops.json")
	}
};
/** Outputs of the `setup` action, which builds nothing. */
const setupOutputs = Object.fromEntries(["melange", "apko"].flatMap((tool) => {
	const find = ({ record }) => record.tools.find(({ name }) => name === tool);
	return [[`${tool}-version`, {
		help: `Version of ${tool} that is now on PATH.`,
		value: (r) => find(r)?.version
	}], [`${tool}-sha256`, {
		help: `sha256 of its release tarball.`,
		value: (r) => find(r)?.sha256
	}]];
}));
/** Name and text of each output that the run has. */
function outputsOf(table, result) {
	const found = /* @__PURE__ */ new Map();
	for (const [name, { value }] of Object.entries(table)) {
		const text = value(result);
		if (text !== void 0) found.set(name, text);
	}
	return found;
}
/** Packages and images of a run: those that were there already, or the others. */
function partOf$1({ packages, images }, skipped) {
	return [...(packages?.built ?? []).filter(({ taken = false }) => taken === skipped).map(({ name, version, arch }) => ({
		kind: "package",
		name,
		version,
		arch
	})), ...images.filter((image) => isUnchanged(image) === skipped).map(({ name, digest }) => ({
		kind: "image",
		name,
		digest
	}))];
}
/** Whether nothing was sent anywhere. */
function isUnchanged(image) {
	const places = placesOf(image);
	return places.length > 0 && places.every(({ unchanged }) => unchanged);
}
function summaryOf$1(image) {
	return {
		name: image.name,
		digest: image.digest,
		image: reference(image),
		tags: image.pushed?.tags ?? [],
		platforms: Object.fromEntries(image.platforms.map(({ platform, digest }) => [platform, digest])),
		...image.copies === void 0 ? {} : { copies: image.copies.map(({ repository, tags }) => ({
			image: `${repository}@${image.digest}`,
			tags
		})) }
	};
}
// src/report/release-outputs.ts
/** Outputs about a release. */
const releaseOutputs = {
	"release-url": {
		help: "Page of the release.",
		value: ({ record }) => record.release?.url
	},
	"release-id": {
		help: "Number of the release in GitHub's API.",
		value: ({ record: { release } }) => release === void 0 ? void 0 : String(release.id)
	},
	tag: {
		help: "Git tag that was released.",
		value: ({ record }) => record.release?.tag
	},
	assets: {
		help: "Names of the assets of the release, one a line.",
		value: ({ record }) => record.release?.assets.map(({ name }) => name).join("\n")
	}
};
/** Outputs about what was cleaned. */
const pruneOutputs = { pruned: {
	help: "What `prune` deleted, or would delete, as JSON: of each package its name, how many versions are kept, and those deleted with their digests.",
	value: ({ record }) => record.pruned === void 0 ? void 0 : JSON.stringify(record.pruned)
} };
// src/pipeline/beside.ts
/** Two things side by side, each to its end: nothing of one is still at work when the other has failed. Failures are told together. */
async function beside(first, second) {
	const [one, other] = await Promise.allSettled([first, second]);
	if (one.status === "fulfilled" && other.status === "fulfilled") return [one.value, other.value];
	return throwTogether([one, other].flatMap((each) => each.status === "rejected" ? [each.reason] : []));
}
/** A bug of ours goes first, then the cancellation, which is no failure; else all failures. */
function throwTogether(errors) {
	const failures = errors.flatMap((error) => error instanceof Failures ? error.all : error instanceof Failure ? [error] : []);
	const bug = errors.find((error) => !(error instanceof Failures || error instanceof Failure));
	if (bug !== void 0) throw bug;
	const cancelled = failures.find(({ code }) => code === "CANCELLED");
	throwIfAny(cancelled === void 0 ? failures : [cancelled]);
	throw new TypeError("something failed with nothing");
}
// src/apko/apk-cache.ts
/**
* Takes out of apko's package cache what it kept from repositories below `folder`, whose path no other run will have: a cache
* that is kept would only grow by it. Entries are named by the repository's URL, percent-encoded.
*/
async function forgetRepositories(cacheDir, folder) {
	const gone = (await readdir(cacheDir).catch(() => [])).filter((name) => urlOf(name).startsWith(`file://${folder}/`));
	await Promise.all(gone.map((name) => rm(join(cacheDir, name), {
		recursive: true,
		force: true
	})));
}
function urlOf(name) {
	try {
		return decodeURIComponent(decodeURIComponent(name.replaceAll("+", " ")));
	} catch {
		return name;
	}
}
// src/apko/local-repository.ts
/** Name that apko files give the folder of packages built from the same workspace, and melange's default output. */
const packagesFolder = "packages";
/** Address in a repository line, without its tag (`@local packages`) and slashes at the end. */
function addressOf(repository) {
	return repository.trim().replace(/^@\S+\s+/, "").replace(/(?<=.)\/+$/, "");
}
/** Whether an address is a path rather than a URL. */
function isPath(address) {
	return !/^[a-z][a-z0-9+.-]*:\/\//i.test(address);
}
/** Whether a repository line means the packages built from this workspace: `packages`, `./packages/`, `@local packages`. */
function isBuiltRepository(repository) {
	const address = addressOf(repository);
	const parts = address.split("/").filter((part) => part !== "" && part !== ".");
	return !address.startsWith("/") && parts.length === 1 && parts[0] === "packages";
}
/** An address without the login that a URL may hold, which apko masks in its messages. */
function withoutLogin(address) {
	return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, "$1");
}
// src/apko/build-arguments.ts
/** Flag for repositories that are not stored in the image; apko has it since 0.15. */
const hiddenFlag = "--build-repository-append";
/** Arguments of `apko build` for one image, to be run in the workbench: every path is as it may be stored in the image. */
async function buildArguments(wish, request, { workbench, folders, lock }) {
	const { options, apko } = request;
	const takes = (flag) => takesFlag(apko, flag);
	return [
		"build",
		workbench.pathOf(wish.file.file),
		wish.reference,
		`${folders.layout}/`,
		"--arch",
		wish.architectures.map(({ apk }) => apk).join(","),
		"--sbom-path",
		folders.sbom,
		...await keyArguments(request, {
			workbench,
			built: lock === void 0
		}),
		...repositoryArguments(wish, request, {
			workbench,
			takes
		}),
		...each("--package-append", options.packages),
		...lock === void 0 ? [] : ["--lockfile", lock],
		...options.cacheDir === void 0 ? [] : ["--cache-dir", options.cacheDir],
		...takes("--vcs") ? [`--vcs=${options.vcs}`] : [],
		...options.extraArgs
	];
}
/** The keyring of the options, and with `built` the key of this run's packages. apko stores all of them in the image. */
async function keyArguments({ options, repository }, { workbench, built }) {
	const keys = [...built && repository !== void 0 ? [repository.publicKey] : [], ...options.keyring];
	const keyring = [];
	for (const key of keys) keyring.push(await workbench.keyOf(key));
	return each("--keyring-append", [...new Set(keyring)]);
}
/** The repositories of the options and that of this run; `takes` tells what the command can. */
function repositoryArguments(wish, request, { workbench, takes }) {
	const { options } = request;
	const hidden = takes("--build-repository-append") ? hiddenFlag : "--repository-append";
	const inWorkbench = (line) => repositoryIn(workbench, line);
	return [
		...each("--repository-append", options.repositories.map(inWorkbench)),
		...each(hidden, options.buildRepositories.map(inWorkbench)),
		...each(flagForBuilt(wish, request, hidden), [packagesFolder])
	];
}
/** Flag that adds the packages of this run; undefined when there are none or the file or an option names them. */
function flagForBuilt({ file }, request, hidden) {
	const { repositories, buildRepositories } = request.options;
	const stored = [...file.repositories, ...repositories];
	const named = [
		...stored,
		...file.buildRepositories,
		...buildRepositories
	].some(isBuiltRepository);
	if (request.repository === void 0 || named) return void 0;
	return stored.length === 0 ? "--repository-append" : hidden;
}
function repositoryIn(workbench, line) {
	const address = addressOf(line);
	if (!isPath(address) || isBuiltRepository(line)) return line;
	return line.replace(/\S+\s*$/, () => workbench.pathOf(address));
}
/** apko reads values of repeatable flags as a line of CSV: what has commas or quotes is quoted. */
function each(flag, values) {
	if (flag === void 0) return [];
	return values.flatMap((value) => [flag, /[",\r\n]/.test(value) ? `"${value.replaceAll("\"", "\"\"")}"` : value]);
}
// src/apko/yaml-walk.ts
/** Whether a YAML value is a mapping. */
function isMapping(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** Paths of all nodes that a chain of keys leads to, lists passed through: several for `accounts.users.shell`. */
function nodesAt(value, keys) {
	if (Array.isArray(value)) return value.flatMap((item, at) => nodesAt(item, keys).map((path) => [at, ...path]));
	const [key, ...rest] = keys;
	if (key === void 0) return [[]];
	if (!isMapping(value) || value[key] === void 0 || value[key] === null) return [];
	return nodesAt(value[key], rest).map((path) => [key, ...path]);
}
/** The node at a path; undefined when there is none. */
function nodeAt(value, path) {
	let node = value;
	for (const step of path) if (typeof step === "number") node = Array.isArray(node) ? node[step] : void 0;
	else node = isMapping(node) ? node[step] : void 0;
	return node;
}
// src/apko/mark-layout.ts
/**
* Writes labels into the configuration of every platform of a layout that apko just wrote, and annotations onto its manifests
* and its index; layers stay as they are. Answers what became of the digests of manifests and index, by the old ones.
* Fails with LAYOUT_INVALID.
*/
async function markLayout(layout, marks) {
	const renamed = /* @__PURE__ */ new Map();
	const { root } = await openLayout(layout);
	const { value: index, bytes } = await readDocument(layout, root);
	if (index.kind !== "index") return renamed;
	const times = [];
	const written = [];
	for (const platform of index.manifests) {
		const { manifest, time } = await markPlatform(layout, platform, marks);
		renamed.set(platform.digest, manifest.digest);
		written.push(manifest);
		times.push(time);
	}
	const defaults = {
		...createdAt(times.filter((each) => each !== void 0).toSorted().at(-1)),
		...marks.defaults
	};
	const json = jsonOf(bytes);
	const manifests = recordsIn(json["manifests"]).map((each, at) => ({
		...each,
		...written[at]
	}));
	const annotations = merged$1(defaults, index.annotations, marks.annotations);
	const text = JSON.stringify({
		...json,
		manifests,
		...annotationsOf(annotations)
	});
	renamed.set(root.digest, digestOf$1(text));
	await replaceRoot(layout, root, text);
	return renamed;
}
async function markPlatform(layout, platform, marks) {
	const { value, bytes } = await readDocument(layout, platform);
	if (value.kind !== "manifest") return {
		manifest: platform,
		time: void 0
	};
	const [manifest, config] = [jsonOf(bytes), jsonOf(await readBlob(layout, value.config))];
	const time = typeof config["created"] === "string" ? config["created"] : void 0;
	const defaults = {
		...createdAt(time),
		...marks.defaults
	};
	const settings = recordIn(config["config"]);
	const labels = merged$1(defaults, {
		...value.annotations,
		...textsIn(settings["Labels"])
	}, marks.labels);
	const newConfig = await writeBlob(layout, {
		...config,
		config: {
			...settings,
			Labels: labels
		}
	});
	const annotations = merged$1(defaults, value.annotations, marks.annotations);
	const written = await writeBlob(layout, {
		...manifest,
		config: {
			...recordIn(manifest["config"]),
			...newConfig
		},
		...annotationsOf(annotations)
	});
	await forget(layout, [value.config.digest, platform.digest], [newConfig.digest, written.digest]);
	return {
		manifest: written,
		time
	};
}
const createdAt = (time) => time === void 0 ? {} : { [markKeys.created]: time.replace(/\.0+Z$/, "Z") };
/** The later ones win; sorted, and without what is empty. */
function merged$1(...all) {
	const entries = Object.entries(Object.assign({}, ...all)).filter(([, text]) => text !== "");
	return Object.fromEntries(entries.toSorted(([a], [b]) => a < b ? -1 : 1));
}
/** An empty set of annotations is left out. */
function annotationsOf(annotations) {
	return { annotations: Object.keys(annotations).length === 0 ? void 0 : annotations };
}
async function writeBlob(layout, value) {
	const bytes = Buffer.from(JSON.stringify(value));
	const digest = digestOf$1(bytes);
	await writeFile(blobFile(layout, digest), bytes);
	return {
		digest,
		size: bytes.length
	};
}
/** Puts a new index in the place of the old one: in `index.json` itself, or in the blob that it lists. */
async function replaceRoot(layout, old, text) {
	const top = join(layout, "index.json");
	const bytes = await readFile(top);
	if (digestOf$1(bytes) === old.digest) return writeFile(top, text);
	const outer = jsonOf(bytes);
	const [listed] = recordsIn(outer["manifests"]);
	const written = {
		digest: digestOf$1(text),
		size: Buffer.byteLength(text)
	};
	await writeFile(blobFile(layout, written.digest), text);
	await writeFile(top, JSON.stringify({
		...outer,
		manifests: [{
			...listed,
			...written
		}]
	}));
	return forget(layout, [old.digest], [written.digest]);
}
async function forget(layout, old, kept) {
	for (const digest of old) if (!kept.includes(digest)) await rm(blobFile(layout, digest), { force: true });
}
function blobFile(layout, digest) {
	return join(layout, "blobs", "sha256", hexOf(digest));
}
function jsonOf(bytes) {
	return recordIn(JSON.parse(Buffer.from(bytes).toString("utf8")));
}
function recordIn(value) {
	return isMapping(value) ? value : {};
}
function recordsIn(list) {
	return Array.isArray(list) ? list.map(recordIn) : [];
}
function textsIn(value) {
	const texts = Object.entries(recordIn(value)).filter((pair) => typeof pair[1] === "string");
	return Object.fromEntries(texts);
}
// src/apko/move-folder.ts
/**
* Moves a finished folder to where it is wanted, by one rename: there is either the old result or the whole new one. What was
* there is removed; between two file systems it is copied beside its place first.
*/
async function moveFolder(from, to) {
	await mkdir(dirname(to), { recursive: true });
	const beside = await mkdtemp(join(dirname(to), `.${basename(to)}-`));
	const [ready, old] = [join(beside, "new"), join(beside, "old")];
	try {
		await rename(from, ready).catch(async (error) => {
			if (!isCode(error, "EXDEV")) throw error;
			await cp(from, ready, {
				recursive: true,
				verbatimSymlinks: true
			});
		});
		const replaces = await rename(to, old).then(() => true, (error) => {
			if (!isCode(error, "ENOENT")) throw error;
			return false;
		});
		await rename(ready, to).catch(async (error) => {
			if (replaces) await rename(old, to);
			throw error;
		});
	} finally {
		await rm(beside, {
			recursive: true,
			force: true
		});
	}
	await rm(from, {
		recursive: true,
		force: true
	});
}
function isCode(error, code) {
	return error instanceof Error && "code" in error && error.code === code;
}
// src/apko/lock-file.ts
/** Reads a lock. Fails with LOCK_INVALID when it is not what apko writes; `file` is how messages name it. */
function parseLock(text, file) {
	const document = parseJson$1(text, file);
	const contents = isMapping(document) ? document["contents"] : void 0;
	if (!isMapping(document) || !isMapping(contents) || !Array.isArray(contents["packages"])) throw invalid$4(file, "it has no list \"contents.packages\"");
	if (document["version"] !== "v1") throw invalid$4(file, `its "version" is not "v1"`);
	const config = document["config"];
	const checksum = isMapping(config) ? config["checksum"] : void 0;
	const entries = contents["packages"];
	return {
		checksum: typeof checksum === "string" ? checksum : void 0,
		packages: entries.map((entry, at) => readEntry$1(entry, {
			at,
			file
		})),
		document
	};
}
/** Text of a lock with these packages, as apko writes it. */
function formatLock({ document }, packages) {
	const contents = isMapping(document["contents"]) ? document["contents"] : {};
	const entries = packages.map(({ entry, architecture }) => ({
		...entry,
		architecture: architecture.apk
	}));
	return `${JSON.stringify({
		...document,
		contents: {
			...contents,
			packages: entries
		}
	}, null, 2)}\n`;
}
/** Where a package stands in the text of a lock, by line; undefined when it is not in there. */
function lineOfPackage(text, name) {
	const at = text.split("\n").findIndex((line) => line.trim() === `"name": ${JSON.stringify(name)},`);
	return at < 0 ? void 0 : at + 1;
}
function readEntry$1(entry, { at, file }) {
	const which = `entry ${at + 1} of "contents.packages"`;
	if (!isMapping(entry)) throw invalid$4(file, `${which} is not a package`);
	const field = (key) => {
		const value = entry[key];
		if (typeof value === "string" && value !== "") return value;
		throw invalid$4(file, `${which} has no "${key}"`);
	};
	const url = field("url");
	const apk = field("architecture");
	const architecture = architectures.find((each) => apk === "noarch" ? url.includes(`/${each.apk}/`) : each.apk === apk);
	if (architecture === void 0) throw invalid$4(file, `${which} is of the unknown architecture "${apk}"`);
	const [name, version, checksum] = [
		field("name"),
		field("version"),
		field("checksum")
	];
	return {
		name,
		version,
		url,
		architecture,
		checksum,
		entry
	};
}
function parseJson$1(text, file) {
	try {
		return JSON.parse(text);
	} catch (cause) {
		const [, line, column] = /line (\d+) column (\d+)/.exec(String(cause)) ?? [];
		const conflict = /^(<{7}|={7}|>{7})/m.exec(text);
		const before = conflict === null ? void 0 : text.slice(0, conflict.index).split("\n").length;
		const at = {
			file,
			line: before ?? Number(line ?? 1),
			...before === void 0 && { column: Number(column ?? 1) }
		};
		throw invalid$4(file, conflict === null ? "it is not JSON" : "it holds the marks of a merge conflict", {
			at,
			cause
		});
	}
}
function invalid$4(file, why, { at = {
	file,
	line: 1
}, cause } = {}) {
	return new Failure("LOCK_INVALID", `the lock ${file} cannot be used: ${why}`, {
		at,
		cause,
		hint: "Restore it from git, or write it anew with the input \"lockfile: update\"."
	});
}
// src/apko/package-name.ts
/** The bare name in an entry of `contents.packages` (apk-tools, "world"): `busybox` of `busybox=1.36.1-r2`, `busybox~1.36`, `busybox@edge`. */
function packageNameOf(entry) {
	return entry.trim().split(/[=<>~@\s]/, 1)[0] ?? "";
}
// src/apko/read-lock.ts
/**
* Reads the lock that an image is to be built by. Fails with LOCK_INVALID when it is missing, no file that can be read, or mangled, LOCK_STALE when it was
* made for another text of the apko file, or lacks a platform or a package that is added.
*/
async function readLock$1({ path, file, mode }, image) {
	await refuseOtherThanLock({
		path,
		file
	});
	const text = await readFile(path, "utf8").catch((cause) => {
		const { code } = cause;
		if (code !== "ENOENT" && code !== "ENOTDIR") throw unreadable$1(file, code === "EACCES" ? "no permission" : String(cause), cause);
		throw new Failure("LOCK_INVALID", `there is no lock ${file} for ${image.file.file}`, {
			cause,
			hint: "Write it with the input \"lockfile: update\", and commit it."
		});
	});
	const carriage = text.split("\n").findIndex((line) => line.endsWith("\r"));
	if (mode === "frozen" && carriage >= 0) throw new Failure("LOCK_INVALID", `the lock ${file} has other line ends (CRLF) than it was written with`, {
		at: {
			file,
			line: carriage + 1
		},
		hint: "Have git leave it as it is: \"*.lock.json -text\" in .gitattributes; then check it out again."
	});
	const lock = parseLock(text, file);
	throwIfAny(staleness(lock, image, {
		file,
		text
	}));
	return lock;
}
/** Fails with LOCK_INVALID when something else than a file stands where a lock is read or written: a folder, a pipe, … */
async function refuseOtherThanLock({ path, file }) {
	const other = await otherThanFile(path);
	if (other !== void 0) throw unreadable$1(file, `it is ${other}`);
}
function unreadable$1(file, why, cause) {
	return new Failure("LOCK_INVALID", `cannot read the lock ${file}: ${why}`, {
		cause,
		hint: "Have a file that this user can read there, or name another with the input \"lockfile\"."
	});
}
function staleness(lock, { file, architectures, packages }, { file: name, text }) {
	const found = [];
	const stale = (why, line = 1) => {
		const message = `the lock ${name} is out of date: ${why}`;
		found.push(new Failure("LOCK_STALE", message, {
			at: {
				file: name,
				line
			},
			hint: updateHint
		}));
	};
	if (lock.checksum === void 0) stale(`it does not say which text of ${file.file} it was made for`);
	else if (file.checksum !== void 0 && file.checksum !== lock.checksum) {
		const line = text.split("\n").findIndex((each) => each.includes(lock.checksum ?? "")) + 1;
		stale(`${file.file}, or what it includes, was changed since`, line);
	}
	for (const { platform } of architectures) if (lock.packages.filter(({ architecture }) => architecture.platform === platform).length === 0) stale(`it has no packages for ${platform}`);
	for (const entry of packages) {
		const [asked, exact] = [packageNameOf(entry), /^[^=<>~]+=([^=<>~@]+)/.exec(entry.trim())?.[1]];
		const other = lock.packages.filter((each) => each.name === asked).find(({ version }) => exact !== void 0 && version !== exact);
		if (other !== void 0) stale(`"${entry}" is asked for, it has ${other.version}`, lineOfPackage(text, asked));
	}
	return found;
}
/** What to do about a lock that is out of date. */
const updateHint = "Run once with the input \"lockfile: update\", look at the difference, and commit the lock.";
// src/apko/built-packages.ts
/** Whether a locked package lies in the repository of this run. */
function isBuilt({ url }) {
	const folder = /^(.*)\/[^/]+\/[^/]+$/.exec(url)?.[1];
	return folder !== void 0 && isBuiltRepository(folder);
}
/**
* A lock with the packages of this run as they are today: they are locked by name and version, for each commit builds them anew.
* `fresh` is what apko resolved from their signed index. Fails with LOCK_STALE when they are others than the lock has.
*/
function withBuiltPackages(lock, fresh, { file }) {
	const placeOf = ({ architecture, name }) => `${architecture.platform} ${name}`;
	const today = new Map(fresh.packages.filter(isBuilt).map((each) => [placeOf(each), each]));
	const locked = new Map(lock.packages.map((each) => [placeOf(each), each]));
	const stale = (why) => new Failure("LOCK_STALE", `the lock ${file} is out of date: ${why}`, {
		at: {
			file,
			line: 1
		},
		hint: updateHint
	});
	const platforms = new Set(fresh.packages.map(({ architecture }) => architecture.platform));
	const found = [...[...today].flatMap(([place, { version }]) => {
		const before = locked.get(place)?.version;
		if (before === version) return [];
		return stale(`${place} ${version} is built in this run, it has ${before ?? "no such package"}`);
	}), ...[...locked].filter(([place, each]) => isBuilt(each) && platforms.has(each.architecture.platform) && !today.has(place)).map(([place, { version }]) => stale(`it has ${place} ${version}, which is not built in this run`))];
	throwIfAny(found);
	return {
		...lock,
		packages: lock.packages.map((each) => today.get(placeOf(each)) ?? each)
	};
}
// src/apko/prove-lock.ts
/**
* Compares what every platform has installed, by its own package database, with the lock that it was built by: name, version
* and checksum of each package, and nothing besides (but for what a base image brings). Fails with LOCK_STALE otherwise, and
* when a package that is asked for, or that a package of this run needs, is not there.
*/
function proveLock({ packages, proven }, written, { wish, added }) {
	const hasBase = wish.file.needs.some(({ ability }) => "feature" in ability && ability.feature === "contents.baseimage");
	const failures = written.flatMap(({ platform: { architecture }, installed }) => {
		const locked = packages.filter((each) => each.architecture === architecture);
		const wanted = [...wish.file.packages, ...added];
		const given = proven !== void 0 && proven.mode !== "update";
		return [...apart(locked, installed, hasBase), ...given ? unmet(locked, installed, wanted) : []].map((why) => unlike(proven, `${architecture.platform}: ${why}`, wish));
	});
	throwIfAny(failures);
}
function apart(locked, installed, hasBase) {
	const there = new Map(installed.map((each) => [each.name, each]));
	const names = new Set(locked.map(({ name }) => name));
	const wrong = locked.flatMap(({ name, version, checksum }) => {
		const found = there.get(name);
		if (found === void 0) return `${name} ${version} was not installed`;
		if (found.version !== version) return `${name} ${found.version} was installed, not ${version}`;
		return found.checksum === checksum ? [] : `${name} ${version} was installed with another checksum`;
	});
	const more = hasBase ? [] : installed.filter(({ name }) => !names.has(name));
	return [...wrong, ...more.map(({ name, version }) => `${name} ${version} was installed, though it is not listed`)];
}
/** What is asked for and not there: apko installs what a lock lists, whatever the file or inputs ask for. */
function unmet(locked, installed, wanted) {
	const there = new Set(installed.flatMap(({ name, provides }) => [name, ...provides.map((each) => packageNameOf(each))]));
	const built = new Set(locked.filter(isBuilt).map(({ name }) => name));
	const needs = installed.filter(({ name }) => built.has(name)).flatMap((each) => each.depends);
	return [...new Set([...wanted, ...needs].filter((entry) => !entry.startsWith("!")))].filter((entry) => !there.has(packageNameOf(entry))).map((entry) => `"${entry}" is needed, and nothing is or provides it`);
}
function unlike(proven, why, { file: { file } }) {
	if (proven === void 0 || proven.mode === "update") return new Failure("IMAGE_FAILED", `${file}: what apko installed is not what it resolved: ${why}`, { hint: "Run again; the packages may have been changed in between." });
	return new Failure("LOCK_STALE", `the lock ${proven.file} is not what was built: ${why}`, {
		at: {
			file: proven.file,
			line: 1
		},
		hint: updateHint
	});
}
// src/apko/read-image.ts
/**
* Reads what apko built: every architecture asked for has to be there. Fails with IMAGE_FAILED when one is not,
* LAYOUT_INVALID when bytes are not what their digests say.
*/
async function readImage(layout, architectures) {
	const { root } = await openLayout(layout);
	const { value: index } = await readDocument(layout, root);
	const listed = index.kind === "index" ? index.manifests : [];
	const missing = architectures.filter((each) => findPlatform(listed, each) === void 0);
	if (missing.length > 0) {
		const names = missing.map(({ platform }) => platform).join(", ");
		const have = listed.map(platformOf$1).join(", ");
		throw new Failure("IMAGE_FAILED", `apko built no image for ${names}; there is ${have || "nothing"}`, { hint: "This apko may not know the architecture; take a later one, or take --arch out of apko-args." });
	}
	return {
		index: root,
		platforms: await Promise.all(architectures.map(async (architecture) => readPlatform(layout, architecture, findPlatform(listed, architecture))))
	};
}
async function readPlatform(layout, architecture, descriptor) {
	const document = descriptor && await readDocument(layout, descriptor);
	if (descriptor === void 0 || document?.value.kind !== "manifest") throw new Failure("LAYOUT_INVALID", `${layout}: ${architecture.platform} is not an image manifest`);
	const manifest = document.value;
	await readBlob(layout, manifest.config);
	return {
		architecture,
		descriptor,
		manifest,
		size: blobsOf(manifest).reduce((sum, blob) => sum + blob.size, 0)
	};
}
function findPlatform(listed, { platform }) {
	return listed.find((each) => platformOf$1(each) === platform);
}
/** `linux/arm/v7`; the variant v8 of arm64 is not written. */
function platformOf$1({ platform }) {
	if (platform === void 0) return "unknown";
	const { os, architecture, variant } = platform;
	return [
		os,
		architecture,
		architecture === "arm64" && variant === "v8" ? void 0 : variant
	].filter((part) => part !== void 0 && part !== "").join("/");
}
// src/apko/explain-config.ts
/** What apko does not like in its file, keys or arguments; undefined when it is something else. */
function explainConfig(build, text) {
	return explainYaml(build, text) ?? explainNoRepository(build, text) ?? explainKeyFile(text) ?? explainFlag(build, text);
}
/** Repositories of the build alone (`build-repository-append`) are not enough for apko: an image without any fails. */
function explainNoRepository({ file }, text) {
	if (!text.includes("must provide at least one repository")) return void 0;
	return new Failure("CONFIG_INVALID", `${file.file} names no package repository that goes into the image`, {
		at: file.placeOf(["contents"]),
		hint: "Name one in contents.repositories or in the input \"repository-append\"; those that are for the build alone do not do."
	});
}
function explainYaml({ file, apko }, text) {
	if (!text.includes("failed to load image configuration")) return void 0;
	const [, number, wrong] = /line (\d+): (.+)/.exec(text) ?? [];
	const at = placeOfLine(file, number, text.includes("failed to read include file"));
	const place = `${at.file}:${at.line ?? 1}: apko ${apko.version}`;
	const unknown = /field (\S+) not found in type/.exec(wrong ?? "")?.[1];
	if (unknown !== void 0) return new Failure("CONFIG_INVALID", `${place} does not know "${unknown}"`, {
		at,
		hint: "Correct the key, take it out, or take a version of apko that knows it."
	});
	const [first = ""] = text.split("\n");
	const reason = wrong ?? first.replace(/^.*configuration: /, "");
	return new Failure("CONFIG_INVALID", `${place} cannot read it: ${reason}`, {
		at,
		hint: "Correct the apko file; apko show-config reads it alone."
	});
}
/** apko tells the line, but not of which file. */
function placeOfLine(file, line, included) {
	if (included) return file.placeOf(["include"]);
	return line === void 0 ? file.placeOf([]) : {
		file: file.file,
		line: Number(line)
	};
}
function explainKeyFile(text) {
	const [, key, reason = ""] = /failed to read apk key: open ([^:]+): ([^\n]+)/.exec(text) ?? [];
	if (key === void 0) return void 0;
	return new Failure("CONFIG_MISSING", `the key ${key} cannot be read: ${reason}`, { hint: "Correct its path in keyring-append or in contents.keyring; paths are relative to the workspace." });
}
function explainFlag({ apko }, text) {
	const [, flag] = /unknown (?:shorthand )?flag: ([^\n]+)/.exec(text) ?? [];
	if (flag === void 0) return void 0;
	return new Failure("INPUT_INVALID", `apko ${apko.version} build does not take ${flag}`, { hint: `It takes ${[...apko.flags].sort().join(", ")}; see the input apko-args.` });
}
// src/apko/explain-index.ts
/** Why the index of a package repository was not taken; undefined when it is something else. */
function explainIndex(build, text) {
	const [, index, reason = ""] = /reading index (\S+): ([^\n]+)/.exec(text) ?? [];
	const [, repository = "", arch = ""] = /^(.+)\/([^/]+)\/[^/]+$/.exec(index ?? "") ?? [];
	if (index === void 0) return void 0;
	const problem = {
		build,
		index,
		repository,
		arch,
		reason
	};
	const { code, wrong, hint } = signature$1(problem) ?? status(problem) ?? network(problem) ?? other(problem);
	const at = build.file.placeOfRepository(repository);
	const message = `the package repository ${repository} cannot be used for ${arch}: ${wrong}`;
	return new Failure(code, message, {
		hint,
		...at && { at }
	});
}
function signature$1({ build, repository, reason }) {
	const signed = /failed to find key name in signature file name: (\S+)/.exec(reason)?.[1];
	if (signed?.startsWith(".SIGN.") === true) return {
		code: "TOOL_UNSUITED",
		wrong: `apko ${build.apko.version} does not know signatures of the kind ${signed}`,
		hint: "Take apko 0.18 or later, which reads RSA256."
	};
	if (signed !== void 0) return {
		code: "PACKAGE_UNRESOLVED",
		wrong: "its index is not signed",
		hint: "Sign it with melange sign-index; an unsigned index is never taken."
	};
	return /no keys? |no signature with known key/.test(reason) ? keyMissing({
		build,
		repository,
		reason
	}) : void 0;
}
function keyMissing({ build, repository, reason }) {
	const skipped = build.log.warnings.flatMap((line) => /missing keyfile: (\S+)/.exec(line)?.[1] ?? []);
	const name = /for keyfile ([^\s;]+)/.exec(reason)?.[1] ?? skipped[0];
	const known = /one of: \[([^\]]*)\]/.exec(reason)?.[1];
	const by = name === void 0 ? "" : `, which is by ${name}`;
	const others = known === void 0 ? "" : ` (known: ${known})`;
	const hint = isBuiltRepository(repository) ? `Give the public key that the packages were signed with, ${name ?? "melange.rsa.pub"}, in keyring-append.` : `Add the repository's public key${name === void 0 ? "" : ` ${name}`} to keyring-append or to contents.keyring.`;
	return {
		code: "PACKAGE_UNRESOLVED",
		wrong: `there is no key for its signature${by}${others}`,
		hint
	};
}
function status({ reason, arch, index }) {
	const number = /status code:? (\d{3})/.exec(reason)?.[1] ?? (reason.includes("repository index not found") ? "404" : void 0);
	if (number === void 0) return void 0;
	const wrong = `${index} answers ${number}`;
	if (number === "404") return {
		code: "PACKAGE_UNRESOLVED",
		wrong,
		hint: `Check the address, and that the repository has packages for ${arch}.`
	};
	if (number === "401" || number === "403") return {
		code: "PACKAGE_UNRESOLVED",
		wrong,
		hint: "The repository wants a login: apko takes it from the environment variable HTTP_AUTH, basic:<host>:<user>:<password>."
	};
	return {
		code: "NETWORK_FAILED",
		wrong,
		hint: "Try again later, or take another mirror."
	};
}
function network({ reason }) {
	if (!/dial tcp|giving up after|timeout|connection reset|tls: |x509: |EOF$/.test(reason)) return void 0;
	return {
		code: "NETWORK_FAILED",
		wrong: reason.slice(reason.search(/dial tcp|tls: |x509: |[^:]*$/)).trim(),
		hint: "Check the address and that this machine reaches it (proxy settings, DNS), or take another mirror."
	};
}
function other({ reason, index }) {
	return {
		code: "PACKAGE_UNRESOLVED",
		wrong: reason.includes("gzip: invalid header") ? `${index} is not a package index (a login page, perhaps)` : reason,
		hint: "Check the address of the repository."
	};
}
// src/apko/explain-unresolved.ts
/** Which package could not be had, who asks for it and why; undefined when it is something else. */
function explainUnresolved(build, text) {
	const unsolved = text.split(/\n(?=for arch ")/).flatMap((part) => readUnsolved(part) ?? []);
	const [first] = unsolved.filter((each) => each.reason === void 0).concat(unsolved);
	if (first === void 0) return void 0;
	const alike = unsolved.filter((each) => each.missing === first.missing && each.reason === first.reason);
	const archs = [...new Set(alike.flatMap(({ arch }) => arch ?? []))].sort().join(", ");
	const message = (first.reason === void 0 ? `no repository has the package "${first.missing}"` : `the package "${first.missing}" cannot be taken: ${first.reason}`) + (archs === "" ? "" : ` (${archs})`) + (first.asked === first.missing ? "" : `; "${first.asked}" needs it`);
	const at = build.file.placeOfPackage(packageNameOf(first.asked));
	const cause = causeOf$1(build);
	return new Failure("PACKAGE_UNRESOLVED", cause === void 0 ? message : `${message}: ${cause.wrong}`, {
		hint: cause?.hint ?? hintFor$1(build, first),
		...at && { at }
	});
}
/** Reads what apko says of one architecture; a dependency of a dependency comes on lines of its own. */
function readUnsolved(part) {
	const chain = [...part.matchAll(/solving "([^"]+)" constraint/g)].map((match) => match[1] ?? "");
	const [asked] = chain;
	if (asked === void 0) return void 0;
	const arch = /(?:for arch|for) "([^"]+)":/.exec(part)?.[1];
	const none = /nothing provides "([^"]+)"|could not find package (?:either named \S+ or )?that provides (\S+)/.exec(part);
	const reason = none === null ? /constraint:\s+([^:\n]*disqualified because .*)/.exec(part)?.[1] : void 0;
	return {
		asked,
		missing: none?.[1] ?? none?.[2] ?? chain.at(-1) ?? asked,
		...arch && { arch },
		...reason && { reason: reason.replace(/\.apk\b/g, "") }
	};
}
/** apko passes over a local repository without an index: what is missing then is not the package. */
function causeOf$1({ file, missing, log }) {
	const warned = log.warnings.flatMap((line) => {
		const [, repository, arch] = /^getting local index (.+?)\/([^/]+)\/APKINDEX\.tar\.gz: /.exec(line) ?? [];
		return repository === void 0 || arch === void 0 ? [] : [{
			repository,
			arch
		}];
	});
	const [first] = [...missing, ...warned];
	if (first === void 0) return void 0;
	const { repository } = first;
	const archs = [...missing, ...warned].filter((each) => each.repository === repository).map(({ arch }) => arch);
	const names = [...new Set(archs)].map((apk) => findArchitecture(apk)?.name ?? apk).sort();
	const place = file.placeOfRepository(repository);
	return {
		wrong: `the repository ${repository}${place === void 0 ? "" : ` (${place.file}:${place.line})`} has no index for ${names.join(", ")}`,
		hint: isBuiltRepository(repository) ? `No package was built for ${names.join(", ")}: give the recipe in melange-config, or leave the platform out.` : "Correct the path, which is relative to the workspace, or give the repository in repository-append; packages of this run are in the repository \"packages\"."
	};
}
function hintFor$1({ file }, { missing, reason }) {
	if (reason !== void 0) return "Ask for a version that the repositories have.";
	const name = packageNameOf(missing);
	const tagged = file.repositories.find((line) => line.startsWith("@"));
	const tag = tagged?.split(/\s/, 1)[0] ?? "";
	return `Check the name, or give the repository that has "${name}" in contents.repositories or repository-append.${tag === "" || missing.includes("@") ? "" : ` Packages of "${tagged}" are taken when they are asked for as "${name}${tag}".`}`;
}
// src/apko/apko-failure.ts
/** The failure that tells what went wrong in `apko build`, the real cause first, and what to do about it. */
function explainFailure(build) {
	const text = build.log.errors.join("\n");
	return explainDisk(text) ?? explainConfig(build, text) ?? explainIndex(build, text) ?? explainUnresolved(build, text) ?? explainLocked(build, text) ?? explainFetch(build, text) ?? unexplained(build, text);
}
function explainDisk(text) {
	const match = /(?:([^\s:]+): )?no space left on device/.exec(text);
	if (match === null) return void 0;
	const where = match[1] === void 0 ? "" : `, seen while writing ${match[1]}`;
	return new Failure("DISK_FULL", `the disk is full${where}`, { hint: "Free some space before this step, or take a bigger disk for the input \"output\" and the temporary files." });
}
/** A package that the lock names and the repository does not have, or no longer. */
function explainLocked({ file }, text) {
	if (!text.includes("failed installation from lockfile")) return void 0;
	const [, name = "", path, url] = /fetching package "([^"]+)": (?:failed to read repository package apk (\S+): open .*no such file or directory|unable to get package apk at (\S+): .*status code:? (?:404|410))/.exec(text) ?? [];
	const address = path ?? url;
	if (address === void 0) return void 0;
	const title = basename(address).replace(/\.apk$/, "");
	const message = `the lock of ${file.file} is out of date: it names ${title}, which the repository does not have (${address})`;
	const at = file.placeOfPackage(name);
	return new Failure("LOCK_STALE", message, {
		hint: updateHint,
		...at && { at }
	});
}
/** A package that the index lists and the repository does not give. */
function explainFetch({ file }, text) {
	const [, name = "", url, status] = /fetching package "([^"]+)": unable to get package apk at (\S+): .*status code:? (\d{3})/.exec(text) ?? [];
	if (url === void 0) return void 0;
	const at = file.placeOfPackage(name);
	return new Failure("PACKAGE_UNRESOLVED", `${url} answers ${status}, though the repository's index lists it`, {
		hint: "The repository is being updated or is out of step with its index: try again, or take another mirror.",
		...at && { at }
	});
}
function unexplained({ file, apko, code, log }, text) {
	const last = text === "" ? log.tail.join("\n") : text;
	const message = `apko ${apko.version} could not build ${file.file} (exit code ${code})`;
	return new Failure("IMAGE_FAILED", last === "" ? message : `${message}:\n${last}`, {
		at: file.placeOf([]),
		hint: "The lines of apko are in the log above."
	});
}
// src/apko/apko-log.ts
/** apko prints its error twice; the second time after these words. */
const secondTime = /^\S+ \S+ (?:\w+ )?error during command execution: /;
/** Passes lines on until apko starts to repeat its error. */
function untilRepeated(onLine) {
	let repeated = false;
	return (line) => {
		repeated ||= secondTime.test(line);
		if (!repeated) onLine(line);
	};
}
/** Reads the lines of an apko run, as {@link untilRepeated} lets them pass. */
function readApkoLog(lines) {
	const start = lines.findIndex((line) => line.startsWith("Error: "));
	const errors = start < 0 ? [] : lines.slice(start).map((line) => line.replace(/^Error: /, ""));
	const warnings = lines.flatMap((line) => /^\S+ \S+ WARN (.*)$/.exec(line)?.[1] ?? []);
	return {
		errors,
		warnings: [...new Set(warnings)],
		tail: lines.slice(-10)
	};
}
// src/apko/missing-index.ts
/** Finds local repositories without an index: apko passes over them, and the old ones do not even say so. */
async function findMissingIndexes(repositories, architectures, folder) {
	const wanted = repositories.map(addressOf).filter(isPath).flatMap((repository) => architectures.map(({ apk }) => ({
		repository,
		arch: apk
	})));
	const found = await Promise.all(wanted.map(async ({ repository, arch }) => {
		const index = join(resolve(folder, repository), arch, "APKINDEX.tar.gz");
		return stat(index).catch(() => void 0);
	}));
	return wanted.filter((_, at) => found[at] === void 0);
}
// src/apko/run-apko.ts
/** Runs apko for an image in the workbench. Fails with what {@link explainFailure} makes of its log. */
async function runApko({ file, architectures }, { apko, options, sourceDateEpoch }, { workbench, ports, args, title }) {
	const lines = [];
	const track = ports.log.track(title);
	const onLine = untilRepeated((line) => {
		lines.push(line);
		track.line(line);
	});
	const epoch = sourceDateEpoch === void 0 ? {} : { SOURCE_DATE_EPOCH: String(sourceDateEpoch) };
	const env = {
		TMPDIR: workbench.temp,
		...epoch
	};
	const { code } = await ports.processes.run({
		tool: apko.path,
		args,
		cwd: workbench.folder,
		env,
		onLine
	}).finally(() => track.end());
	if (code === 0) return;
	const repositories = [
		...file.repositories,
		...file.buildRepositories,
		...options.repositories,
		...options.buildRepositories,
		...args.includes("packages") ? [packagesFolder] : []
	];
	const missing = await findMissingIndexes([...new Set(repositories)], architectures, workbench.folder);
	throw explainFailure({
		file,
		apko,
		code,
		log: readApkoLog(lines),
		missing
	});
}
// src/apko/lock-difference.ts
/** What the second lock has otherwise than the first, by platform and name. */
function differenceOf(before, after) {
	const [from, to] = [byPlace(before), byPlace(after)];
	return [.../* @__PURE__ */ new Set([...from.keys(), ...to.keys()])].sort().flatMap((place) => changeOf(from.get(place), to.get(place)) ?? []);
}
function byPlace({ packages }) {
	return new Map(packages.map((each) => [`${each.architecture.platform} ${each.name}`, each]));
}
function changeOf(before, after) {
	const known = after ?? before;
	if (known === void 0) return void 0;
	const place = {
		platform: known.architecture.platform,
		name: known.name
	};
	if (before === void 0) return {
		...place,
		kind: "added",
		to: known.version
	};
	if (after === void 0) return {
		...place,
		kind: "removed",
		from: known.version
	};
	const versions = {
		from: before.version,
		to: after.version
	};
	const order = compareVersions(before.version, after.version);
	if (order !== 0) return {
		...place,
		kind: order < 0 ? "upgraded" : "downgraded",
		...versions
	};
	return before.checksum === after.checksum ? void 0 : {
		...place,
		kind: "rebuilt",
		...versions
	};
}
/** A change as a line of the log: `linux/amd64: busybox upgraded, 1.36.1-r2 -> 1.37.0-r0`. */
function changeText({ platform, name, kind, from, to }) {
	return `${platform}: ${name} ${kind}, ${[...new Set([from, to].filter((version) => version !== void 0))].join(" -> ")}`;
}
// src/apko/lock-logins.ts
/** A lock as it may be kept: no address in it holds a login. */
function withoutLogins(lock) {
	return mapAddresses(lock, withoutLogin);
}
/** A lock as apko needs it: what is in a repository that a line names with a login gets that login. */
function withLogins(lock, repositories) {
	const addresses = repositories.map(addressOf).filter((address) => address !== withoutLogin(address));
	return mapAddresses(lock, (url) => {
		const address = addresses.find((each) => url.startsWith(`${withoutLogin(each)}/`));
		return address === void 0 ? url : `${address}${url.slice(withoutLogin(address).length)}`;
	});
}
function mapAddresses(lock, map) {
	const packages = lock.packages.map((each) => {
		const url = map(each.url);
		return {
			...each,
			url,
			entry: {
				...each.entry,
				url
			}
		};
	});
	return {
		...lock,
		packages,
		document: mapUrls(lock.document, map)
	};
}
/** Also repositories and keys are listed, with names that are their addresses without the scheme. */
function mapUrls(document, map) {
	const walk = (value) => {
		if (Array.isArray(value)) return value.map(walk);
		if (typeof value !== "object" || value === null) return value;
		const entries = Object.entries(value);
		const { url } = Object.fromEntries(entries);
		const mapped = typeof url === "string" ? map(url) : url;
		return Object.fromEntries(entries.map(([key, each]) => {
			if (key === "url" || url === mapped) return [key, key === "url" ? mapped : walk(each)];
			return [key, key === "name" ? nameOf$1(String(mapped), each) : walk(each)];
		}));
	};
	const mapped = walk(document);
	return typeof mapped === "object" && mapped !== null ? { ...mapped } : document;
}
function nameOf$1(url, name) {
	const bare = url.replace(/^https?:\/\//, "");
	return typeof name === "string" && name.includes("@") ? bare.replace(/\/APKINDEX\.tar\.gz$/, "") : name;
}
// src/apko/lock-command.ts
/**
* Flags of `apko lock`, which its own help does not list among the commands; empty when this apko has no such command.
*/
async function askLockFlags({ apko }, { processes }) {
	const { code, stdout } = await processes.ask({
		tool: apko.path,
		args: ["lock", "--help"]
	});
	const flags = new Set([...stdout.matchAll(/^ {2,}(?:-\w, )?(--[a-z][a-z-]*)/gm)].map(([, flag = ""]) => flag));
	return code === 0 && flags.has("--output") ? flags : /* @__PURE__ */ new Set();
}
/** Arguments of `apko lock` for one image: all keys and repositories that its build has, and this run's key besides. */
async function lockArguments(wish, request, { workbench, flags, config, output }) {
	const { cacheDir, extraArgs } = request.options;
	return [
		"lock",
		config,
		"--output",
		output,
		"--arch",
		wish.architectures.map(({ apk }) => apk).join(","),
		...await keyArguments(request, {
			workbench,
			built: true
		}),
		...repositoryArguments(wish, request, {
			workbench,
			takes: (flag) => flags.has(flag)
		}),
		...cacheDir === void 0 || !flags.has("--cache-dir") ? [] : ["--cache-dir", cacheDir],
		...takenBy(flags, extraArgs)
	];
}
/** Short names of flags that change what is resolved. */
const short = {
	"-k": "--keyring-append",
	"-r": "--repository-append",
	"-b": "--build-repository-append"
};
/** Further arguments of the build that the lock takes too, with their values. */
function takenBy(flags, args) {
	let taking = false;
	return args.filter((argument) => {
		const [name = ""] = argument.split("=", 1);
		if (name.startsWith("-")) taking = flags.has(short[name] ?? name);
		return taking;
	});
}
// src/apko/resolve-lock.ts
/**
* Has apko resolve what an image installs on each of its platforms: it checks the signature of every index, and the checksum
* of every package. As in a build without a lock, platforms get the same version of a package; where that cannot be had it is
* warned of. Fails with what {@link runApko} says.
*/
async function resolveLock(wish, request, places) {
	const pins = /* @__PURE__ */ new Map();
	for (;;) {
		const lock = await resolveOnce(wish, request, {
			...places,
			pins
		});
		const apart = versionsApart(lock);
		const fresh = apart.filter(([name]) => !pins.has(name));
		if (fresh.length === 0) {
			const names = apart.map(([name, ...versions]) => `${name} (${versions.join(", ")})`);
			if (names.length > 0) places.ports.log.warning(`${wish.file.file}: platforms get other versions of ${names.join(", ")}`);
			return lock;
		}
		for (const [name, lowest] of fresh) pins.set(name, lowest);
	}
}
async function resolveOnce(wish, request, { workbench, stage, flags, ports, pins }) {
	const output = join(stage, "resolved.lock.json");
	const more = [...request.options.packages, ...[...pins].map(([name, version]) => `${name}=${version}`)];
	const toLock = more.length === 0 ? workbench.pathOf(wish.file.file) : join(stage, "to-lock.yaml");
	if (more.length > 0) {
		const including = {
			include: workbench.pathOf(wish.file.file),
			contents: { packages: more }
		};
		await writeFile(toLock, JSON.stringify(including));
	}
	await runApko(wish, request, {
		workbench,
		ports,
		args: await lockArguments(wish, request, {
			workbench,
			flags,
			config: toLock,
			output
		}),
		title: `apko lock ${wish.file.name}`
	});
	const lock = parseLock(await readFile(output, "utf8"), output);
	if (more.length === 0) return lock;
	const { checksum } = wish.file;
	const config = checksum === void 0 ? void 0 : {
		name: workbench.pathOf(wish.file.file),
		checksum
	};
	return {
		...lock,
		checksum,
		document: {
			...lock.document,
			config
		}
	};
}
/** Packages that platforms have in several versions, each name with its versions, the lowest first. */
function versionsApart({ packages }) {
	const versions = /* @__PURE__ */ new Map();
	for (const { name, version } of packages) versions.set(name, (versions.get(name) ?? /* @__PURE__ */ new Set()).add(version));
	return [...versions].flatMap(([name, found]) => {
		const [lowest, ...others] = [...found].sort(compareVersions);
		return lowest === void 0 || others.length === 0 ? [] : [[
			name,
			lowest,
			...others
		]];
	});
}
// src/apko/settle-lock.ts
/**
* Settles what an image installs before it is built. With packages of this run apko resolves them with their key first, and
* builds without it: the key does not become part of the image. Undefined when apko is to resolve as it builds.
* Fails as {@link readLock} and {@link resolveLock} do.
*/
async function settleLock(wish, request, places) {
	const { lock } = wish;
	const canLock = places.flags.size > 0;
	const hasBuilt = request.repository !== void 0 && canLock;
	if (lock?.mode === "update") {
		if (!canLock) throw cannotLock(request, lock);
		const fresh = await resolveLock(wish, request, places);
		return {
			...await keep(fresh, fresh.packages, places),
			proven: await updateLock(lock, fresh, places)
		};
	}
	const fresh = hasBuilt ? await resolveLock(wish, request, places) : void 0;
	if (lock !== void 0) return settleByLock(wish, request, {
		...places,
		lock,
		fresh
	});
	return fresh === void 0 ? void 0 : keep(fresh, fresh.packages, places);
}
/** By the user's lock; `fresh` is what apko resolved of this run's packages, where there are any. */
async function settleByLock({ file, architectures }, { options }, { lock, fresh, ...places }) {
	const repositories = [
		...file.repositories,
		...file.buildRepositories,
		...options.repositories,
		...options.buildRepositories
	];
	const read = withLogins(await readLock$1(lock, {
		file,
		architectures,
		packages: options.packages
	}), repositories);
	const { packages } = fresh === void 0 ? read : withBuiltPackages(read, fresh, lock);
	const wanted = packages.filter(({ architecture }) => architectures.includes(architecture));
	const digest = digestOf$1(await readFile(lock.path));
	places.ports.log.info(`${file.name}: packages are those of the lock ${lock.file}`);
	const proven = {
		mode: lock.mode,
		file: lock.file,
		digest,
		changes: []
	};
	return {
		...await keep(read, wanted, places),
		proven
	};
}
/** Writes a lock where apko reads it. */
async function keep(lock, packages, { stage }) {
	const path = join(stage, "image.lock.json");
	await writeFile(path, formatLock(lock, packages));
	return {
		path,
		packages
	};
}
/** Writes the user's lock anew, and tells what that changed. */
async function updateLock({ path, file, mode }, fresh, { ports: { log } }) {
	const before = await readFile(path, "utf8").catch(() => void 0);
	const lock = withoutLogins(fresh);
	const text = formatLock(lock, lock.packages);
	const changes = differenceOf(packagesIn(before, file), lock);
	if (before !== text) await writeFile(path, text);
	log.info(before === text ? `the lock ${file} is up to date` : `wrote the lock ${file}`);
	for (const change of changes) log.info(changeText(change));
	return {
		mode,
		file,
		digest: digestOf$1(text),
		changes
	};
}
/** What an older lock has; nothing when it cannot be read, for it is written anew. */
function packagesIn(text, file) {
	try {
		return text === void 0 ? { packages: [] } : parseLock(text, file);
	} catch (error) {
		if (error instanceof Failure) return { packages: [] };
		throw error;
	}
}
function cannotLock({ apko }, { file }) {
	return new Failure("TOOL_UNSUITED", `apko ${apko.version} cannot write a lock (${file})`, { hint: "Take apko 0.13 or later, or leave the input \"lockfile\" out." });
}
// src/apko/spdx-names.ts
/** Where elements name others (SPDX 2.3, JSON schema); `reference` is a snippet's, to its file. */
const elementKeys = /* @__PURE__ */ new Set([
	"SPDXID",
	"hasFiles",
	"fileDependencies",
	"snippetFromFile",
	"reference"
]);
/** Where elements have licence expressions, or lists of them. */
const licenceKeys = /* @__PURE__ */ new Set([
	"licenseConcluded",
	"licenseDeclared",
	"licenseInfoFromFiles",
	"licenseInfoInFiles",
	"licenseInfoInSnippets"
]);
const licenceReference = /(?:(DocumentRef-[A-Za-z0-9.+-]+):)?(LicenseRef-[A-Za-z0-9.-]+)/g;
/** An element with its own name and those that it names replaced; names in lists that lead nowhere are left out. */
function renamed(element, names) {
	const entries = Object.entries(element).map(([key, value]) => [key, renamedValue(key, value, names)]);
	return {
		...element,
		...Object.fromEntries(entries)
	};
}
function renamedValue(key, value, names) {
	if (typeof value === "string") {
		if (elementKeys.has(key)) return names.element(value) ?? value;
		return licenceKeys.has(key) ? names.expression(value) : value;
	}
	if (Array.isArray(value)) return value.filter((each) => !elementKeys.has(key) || typeof each !== "string" || names.element(each) !== void 0).map((each) => renamedValue(key, each, names));
	return isMapping(value) ? renamed(value, names) : value;
}
/** A licence expression with its `LicenseRef-…` and `DocumentRef-…` replaced. */
function renamedExpression(text, { licence, document }) {
	return text.replace(licenceReference, (_, elsewhere, id) => elsewhere === void 0 ? licence(id) : `${document(elsewhere)}:${id}`);
}
/** Every `LicenseRef-…` of this document that the licence expressions of elements name. */
function licencesIn(elements) {
	const references = elements.flatMap((element) => Object.entries(element)).flatMap(([key, value]) => licenceKeys.has(key) ? [value].flat() : []).filter((text) => typeof text === "string").flatMap((text) => [...text.matchAll(licenceReference)]);
	return new Set(references.flatMap(([, elsewhere, id = ""]) => elsewhere === void 0 ? [id] : []));
}
// src/apko/spdx-part.ts
/** A document as a part of another: all elements once, and what they name renamed with them. Of two by one id, the first is meant. */
function takePart(document, pool, naming = {}) {
	const { prefix = "", same } = naming;
	const elements = /* @__PURE__ */ new Map();
	const giveId = (element) => {
		const id = same?.(element) ?? pool.take(element.SPDXID, prefix);
		if (!elements.has(element.SPDXID)) elements.set(element.SPDXID, id);
		return id;
	};
	const named = (list) => distinct$3(list ?? []).map((element) => ({
		element,
		id: giveId(element)
	}));
	const [packages, files, snippets] = [
		named(document.packages),
		named(document.files),
		named(document.snippets)
	];
	const names = pool.adopt(document, prefix, elements);
	const withNames = (list) => list.map(({ element, id }) => ({
		...renamed(element, names),
		SPDXID: id
	}));
	return {
		packages: withNames(packages),
		files: withNames(files),
		snippets: withNames(snippets).filter((snippet) => hasFile(snippet, new Set(elements.values()))),
		relationships: document.relationships.filter((each) => !describes(each)).flatMap((each) => relationshipOf(each, names)),
		described: describedBy(document, names)
	};
}
function describes({ spdxElementId, relationshipType }) {
	return spdxElementId === "SPDXRef-DOCUMENT" && relationshipType === "DESCRIBES";
}
function describedBy({ documentDescribes, relationships }, names) {
	const related = relationships.filter(describes).map((each) => each.relatedSpdxElement);
	return [...documentDescribes ?? [], ...related].flatMap((id) => names.element(id) ?? []);
}
function relationshipOf(relationship, names) {
	const spdxElementId = names.element(relationship.spdxElementId);
	const relatedSpdxElement = names.element(relationship.relatedSpdxElement);
	if (spdxElementId === void 0 || relatedSpdxElement === void 0) return [];
	return [{
		...relationship,
		spdxElementId,
		relatedSpdxElement
	}];
}
/** A snippet is nothing without its file. */
function hasFile(snippet, known) {
	return !("snippetFromFile" in snippet) || known.has(String(snippet.snippetFromFile));
}
function distinct$3(list) {
	return [...new Map(list.map((each) => [JSON.stringify(each), each])).values()];
}
// src/apko/platform-part.ts
/** Takes in what is said of a platform: its image, which the index contains, and all that the image contains. */
function takePlatform({ arch, digest, document }, { part: { packages }, pool, root }) {
	const listed = imageIn({ packages }, digest);
	const isImage = (element) => "name" in element && element.name === digest;
	const part = takePart(document, pool, {
		prefix: arch,
		same: (element) => isImage(element) ? listed?.SPDXID : void 0
	});
	const image = {
		...imageIn(part, digest) ?? imageElement(digest, listed?.SPDXID ?? pool.take("SPDXRef-Image", arch)),
		...listed
	};
	const contains = (from, to) => ({
		spdxElementId: from,
		relationshipType: "CONTAINS",
		relatedSpdxElement: to
	});
	const contained = [...part.described, ...looseIn(part)].filter((id) => id !== image.SPDXID);
	return {
		image,
		part,
		relationships: [
			contains(root.SPDXID, image.SPDXID),
			...part.relationships,
			...contained.map((id) => contains(image.SPDXID, id))
		]
	};
}
/** Packages that nothing ties to the image: apko 0.14 relates none of them, later ones not the operating system. */
function looseIn({ packages, relationships }) {
	const tied = relationships.flatMap(({ spdxElementId, relationshipType, relatedSpdxElement }) => /_OF$|^CONTAINED_BY$/.test(relationshipType) ? [spdxElementId] : [relatedSpdxElement]);
	const all = new Set(tied);
	return packages.map(({ SPDXID }) => SPDXID).filter((id) => !all.has(id));
}
/** The element of an image or index: apko names it by its digest. */
function imageIn({ packages }, digest) {
	return packages.find(({ name }) => name === digest);
}
/** What is said of an image that apko says nothing of. */
function imageElement(digest, id) {
	return {
		SPDXID: id,
		name: digest,
		versionInfo: digest,
		filesAnalyzed: false,
		downloadLocation: "NOASSERTION",
		supplier: "NOASSERTION",
		primaryPackagePurpose: "CONTAINER",
		checksums: [{
			algorithm: "SHA256",
			checksumValue: hexOf(digest)
		}]
	};
}
// src/apko/spdx-id.ts
/** An id of allowed characters (letters, digits, `.` and `-`) that is not taken; others are written as apko does: `C` and the code. */
function freeId(text, taken) {
	const id = text.replaceAll(":", "-").replace(/[^A-Za-z0-9.-]/g, (character) => [...Buffer.from(character)].map((byte) => `C${byte}`).join(""));
	for (let number = 1;; number += 1) {
		const candidate = number === 1 ? id : `${id}-${number}`;
		if (!taken.has(candidate)) return candidate;
	}
}
// src/apko/spdx-pool.ts
/** Those that every document has. */
const everywhere = /* @__PURE__ */ new Set([
	"SPDXRef-DOCUMENT",
	"NONE",
	"NOASSERTION"
]);
function openNamePool() {
	const ids = new Set(everywhere);
	const licences = /* @__PURE__ */ new Map();
	const documents = /* @__PURE__ */ new Map();
	return {
		licences,
		documents,
		take(id, prefix) {
			const given = freeId(prefixed$1(id, prefix), ids);
			ids.add(given);
			return given;
		},
		adopt({ hasExtractedLicensingInfos, externalDocumentRefs }, prefix, elements) {
			const licenceNames = define(licences, {
				entries: hasExtractedLicensingInfos,
				key: "licenseId",
				prefix
			});
			const documentNames = define(documents, {
				entries: externalDocumentRefs,
				key: "externalDocumentId",
				prefix
			});
			return {
				element(id) {
					if (everywhere.has(id)) return id;
					const [, document, rest] = /^(DocumentRef-[^:]+):(.+)$/.exec(id) ?? [];
					if (document === void 0) return elements.get(id);
					const name = documentNames.get(document);
					return name === void 0 ? void 0 : `${name}:${rest}`;
				},
				expression: (text) => renamedExpression(text, {
					licence: (id) => licenceNames.get(id) ?? id,
					document: (id) => documentNames.get(id) ?? id
				})
			};
		}
	};
}
/** Puts what a document defines among what there is; of two by the same name in one document the first counts. */
function define(there, { entries, key, prefix }) {
	const names = /* @__PURE__ */ new Map();
	for (const entry of entries ?? []) {
		const id = entry[key];
		if (names.has(id)) continue;
		const known = there.get(id);
		const name = known === void 0 || JSON.stringify(known) === JSON.stringify(entry) ? id : freeId(prefixed$1(id, prefix), there);
		names.set(id, name);
		there.set(name, {
			...entry,
			[key]: name
		});
	}
	return names;
}
/** `SPDXRef-a` with the prefix `x86_64` is `SPDXRef-x86-64-a`: underscores are not allowed in ids. */
function prefixed$1(id, prefix) {
	const [, kind = "SPDXRef-", rest = ""] = /^(SPDXRef-|LicenseRef-|DocumentRef-)?(.*)$/s.exec(id) ?? [];
	return prefix === "" ? `${kind}${rest}` : `${kind}${prefix.replaceAll("_", "-")}-${rest}`;
}
// src/apko/index-sbom.ts
/**
* The SPDX 2.3 document of an image index: all that its platforms' documents list, each under the image of its platform,
* which the index contains. Ids are made unique, and nothing names what is not there. The same parts give the same document.
*/
function mergeSboms({ index, own, platforms }) {
	const base = own ?? emptyDocument(index, platforms);
	const pool = openNamePool();
	const part = takePart(base, pool);
	const root = imageIn(part, index) ?? imageElement(index, pool.take(`SPDXRef-Package-${index}`, ""));
	const taken = platforms.map((each) => takePlatform(each, {
		part,
		pool,
		root
	}));
	const parts = [part, ...taken.map((each) => each.part)];
	const packages = firstById([
		root,
		...taken.map(({ image }) => image),
		...parts.flatMap((each) => each.packages)
	]);
	const files = parts.flatMap((each) => each.files);
	const snippets = parts.flatMap((each) => each.snippets);
	const licences = [...pool.licences.values(), ...unknownLicences([
		...packages,
		...files,
		...snippets
	], pool)];
	const documents = [...pool.documents.values()];
	return {
		...base,
		creationInfo: withCreator(base.creationInfo),
		documentNamespace: `https://spdx.org/spdxdocs/giropops-build/sbom-index-${hexOf(index)}`,
		documentDescribes: [.../* @__PURE__ */ new Set([root.SPDXID, ...part.described])],
		packages,
		...files.length > 0 && { files },
		...snippets.length > 0 && { snippets },
		relationships: distinct$2([...part.relationships, ...taken.flatMap((each) => each.relationships)]),
		...licences.length > 0 && { hasExtractedLicensingInfos: licences },
		...documents.length > 0 && { externalDocumentRefs: documents }
	};
}
function emptyDocument(index, platforms) {
	const times = platforms.map(({ document }) => document.creationInfo.created).sort();
	return {
		SPDXID: "SPDXRef-DOCUMENT",
		name: `sbom-${index}`,
		spdxVersion: "SPDX-2.3",
		creationInfo: {
			created: times.at(-1) ?? "1970-01-01T00:00:00Z",
			creators: []
		},
		dataLicense: "CC0-1.0",
		packages: [],
		relationships: []
	};
}
function withCreator(creation) {
	return {
		...creation,
		creators: [.../* @__PURE__ */ new Set([...creation.creators ?? [], "Tool: giropops-build"])]
	};
}
/** Licences that packages name and nobody describes: SPDX wants each described (2.3, clause 10). */
function unknownLicences(elements, { licences }) {
	return [...licencesIn(elements)].filter((id) => !licences.has(id)).map((licenseId) => ({
		licenseId,
		extractedText: "The packages do not give the text of this licence."
	}));
}
function firstById(packages) {
	const byId = /* @__PURE__ */ new Map();
	for (const each of packages) if (!byId.has(each.SPDXID)) byId.set(each.SPDXID, each);
	return [...byId.values()];
}
function distinct$2(relationships) {
	return [...new Map(relationships.map((each) => [JSON.stringify(each), each])).values()];
}
// src/apko/installed-database.ts
/** Where apk keeps it (apk-tools before and after 2.14.7); the same place when `lib` is a link. */
const databasePaths = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];
/**
* Reads apk's database of installed packages (apk-tools, "installed": a stanza for each package, `K:value` lines), in the
* order in which it lists them. Files are passed over.
*/
function parseInstalled(text) {
	return text.split(/\n{2,}/).flatMap((stanza) => {
		const fields = fieldsOf$2(stanza);
		const field = (key) => fields.get(key) ?? "";
		if (field("P") === "") return [];
		return [{
			name: field("P"),
			version: field("V"),
			arch: field("A"),
			origin: field("o"),
			license: field("L"),
			checksum: field("C"),
			size: Number(field("I")) || 0,
			depends: field("D").split(" ").filter(Boolean),
			provides: field("p").split(" ").filter(Boolean),
			description: field("T"),
			url: field("U"),
			maintainer: field("m")
		}];
	});
}
/** The fields of the package itself, which come before those of its folders and files (`F:`, `R:`, `M:`, `a:`, `Z:`). */
function fieldsOf$2(stanza) {
	const fields = /* @__PURE__ */ new Map();
	for (const [, key = "", value = ""] of stanza.matchAll(/^([A-Za-z]):(.*)$/gm)) {
		if (key === "F") break;
		if (!fields.has(key)) fields.set(key, value.trim());
	}
	return fields;
}
// src/apko/open-layer.ts
/** Bytes at a time: node's own 16 KiB cost a third more time. */
const chunkSize = 262144;
/**
* Opens a layer as a stream of its tar, by its media type (OCI image spec v1.1, layer.md, and Docker's older name). Errors of
* the file and of the compression are errors of the stream. Fails with LAYOUT_INVALID for another kind.
*/
function openLayer(file, mediaType) {
	if (mediaType.endsWith("tar")) return createReadStream(file, { highWaterMark: chunkSize });
	const unpack = mediaType.endsWith("gzip") ? createGunzip({ chunkSize }) : mediaType.endsWith("zstd") ? createZstdDecompress({ chunkSize }) : void 0;
	if (unpack === void 0) throw new Failure("LAYOUT_INVALID", `a layer of the kind ${mediaType} cannot be read`, { hint: "Readable are tar, tar+gzip and tar+zstd." });
	return pipeline(createReadStream(file, { highWaterMark: chunkSize }), unpack, () => {});
}
// src/apko/layer-files.ts
/** Bytes that one file may have; a package database of thousands of packages has some tens of millions. */
const limit = 268435456;
/**
* Finds texts in the layers of an image. Each wish is a list of paths (without a slash at the start) of which one is enough;
* the last layer that has one counts. A link leads to another path that is enough, in what is read after it. Layers are
* streamed, and nothing more is read once all is found. Fails with LAYOUT_INVALID when a layer is not a tar that we can unpack.
*/
async function findTexts(layout, layers, wishes) {
	const search = {
		texts: wishes.map(() => void 0),
		paths: wishes.map((paths) => new Set(paths))
	};
	for (const layer of layers.toReversed()) {
		if (isDone(search)) break;
		const file = await findBlob(layout, layer);
		try {
			await searchLayer(file, layer.mediaType, search);
		} catch (cause) {
			if (cause instanceof Failure) throw cause;
			throw new Failure("LAYOUT_INVALID", `${file}: the layer cannot be read: ${String(cause)}`, { cause });
		}
	}
	return search.texts;
}
function isDone({ texts }) {
	return texts.every((text) => text !== void 0);
}
async function searchLayer(file, mediaType, search) {
	const tar = openLayer(file, mediaType);
	const entries = (0, import_tar_stream.extract)();
	tar.on("error", (error) => entries.destroy(error)).pipe(entries);
	try {
		for await (const entry of entries) {
			await look(entry, search);
			if (isDone(search)) return;
		}
	} finally {
		tar.destroy();
	}
}
async function look(entry, { texts, paths }) {
	const { header } = entry;
	const path = pathOf(header.name);
	const wish = paths.findIndex((each, at) => texts[at] === void 0 && each.has(path));
	if (wish >= 0 && header.type === "file") {
		texts[wish] = await textOf$2(entry);
		return;
	}
	if (header.type === "link") paths[wish]?.add(pathOf(header.linkname));
	if (header.type === "symlink") paths[wish]?.add(pathOf(posix.resolve("/", path, "..", header.linkname)));
	entry.resume();
}
async function textOf$2(entry) {
	const { name, size } = entry.header;
	if (size > limit) throw new Error(`${name} has ${size} bytes`);
	const chunks = [];
	for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
	return Buffer.concat(chunks).toString("utf8");
}
function pathOf(name) {
	return posix.normalize(`/${name}`).slice(1);
}
// src/apko/os-release.ts
/** In the order in which they count. */
const osReleasePaths = ["etc/os-release", "usr/lib/os-release"];
/** Reads the text of an os-release file; undefined stands for an image without one. */
function readDistribution(text) {
	const values = new Map([...(text ?? "").matchAll(/^\s*([A-Z_]+)=(.*)$/gm)].map(([, key = "", value = ""]) => [key, unquoted(value)]));
	return {
		id: values.get("ID") || "unknown",
		version: values.get("VERSION_ID") ?? ""
	};
}
function unquoted(value) {
	return value.trim().replace(/^(["'])(.*)\1$/, "$2").replace(/\\(["'$`\\])/g, "$1");
}
// src/apko/read-inventory.ts
/**
* Reads the package database and the distribution of one platform from its layers. Fails with LAYOUT_INVALID when there is
* no database: an image of apko always has one.
*/
async function readInventory(layout, layers) {
	const [database, osRelease] = await findTexts(layout, layers, [databasePaths, osReleasePaths]);
	if (database === void 0) throw new Failure("LAYOUT_INVALID", `${layout}: no layer has the package database ${databasePaths[1]}`, { hint: "The image cannot be accounted for without it; it was not made by apko, or a path of the apko file replaces it." });
	return {
		packages: parseInstalled(database),
		distribution: readDistribution(osRelease)
	};
}
// src/apko/license-expression.ts
/** Grammar of SPDX 2.3, annex D, as far as it can be checked without the list of licences. */
const token = /\s*(\(|\)|[A-Za-z0-9.-]+\+?)/y;
/** What packages write that names no licence of the SPDX list. */
const placeholder = /LicenseRef-|^(?:NONE|NOASSERTION|custom|various|unknown|proprietary)$/i;
/**
* Whether a text can stand as an SPDX licence expression: identifiers joined by AND, OR and WITH. `LicenseRef-` ones do not
* do, since the text of the licence would have to be in the document.
*/
function isLicenseExpression(text) {
	const words = [];
	token.lastIndex = 0;
	for (let match = token.exec(text); match !== null; match = token.exec(text)) {
		words.push(match[1] ?? "");
		if (token.lastIndex === text.trimEnd().length) return isExpression(words);
	}
	return false;
}
/** Operands and operators take turns; an opening bracket stands where an operand may, a closing one after it. */
function isExpression(words) {
	let depth = 0;
	let wantsOperand = true;
	for (const [at, word] of words.entries()) {
		const kind = kindOf(word);
		if (kind === void 0 || wantsOperand !== (kind === "open" || kind === "operand")) return false;
		if (word === "WITH" && words[at - 1] === ")") return false;
		depth += kind === "open" ? 1 : kind === "close" ? -1 : 0;
		if (depth < 0) return false;
		wantsOperand = kind === "open" || kind === "operator";
	}
	return depth === 0 && !wantsOperand;
}
function kindOf(word) {
	if (word === "(") return "open";
	if (word === ")") return "close";
	if (/^(?:AND|OR|WITH)$/.test(word)) return "operator";
	return placeholder.test(word) ? void 0 : "operand";
}
// src/apko/package-url.ts
/**
* Package URL of an installed apk (purl-spec, type apk): `pkg:apk/alpine/libssl3@3.5.0-r0?arch=x86_64&distro=alpine-3.22.0&upstream=openssl`.
* `upstream` is the source package where it has another name; scanners match vulnerabilities by it.
*/
function packageUrlOf({ name, version, arch, origin }, distribution) {
	const distro = [distribution.id, distribution.version].filter(Boolean).join("-");
	const query = Object.entries({
		arch,
		distro: distribution.id === "unknown" ? "" : distro,
		upstream: origin === name ? "" : origin
	}).filter(([, value]) => value !== "").map(([key, value]) => `${key}=${encoded(value)}`).join("&");
	return `pkg:${[
		"apk",
		distribution.id.toLowerCase(),
		name.toLowerCase()
	].map(encoded).join("/")}@${encoded(version)}${query === "" ? "" : `?${query}`}`;
}
/** Name and version in a package URL of the type apk, whatever its namespace; undefined for other types. */
function readPackageUrl(url) {
	const [, path, version] = /^pkg:apk\/([^@?#]+)@([^?#]+)/.exec(url) ?? [];
	if (path === void 0 || version === void 0) return void 0;
	const name = path.split("/").at(-1) ?? "";
	try {
		return {
			name: decodeURIComponent(name),
			version: decodeURIComponent(version)
		};
	} catch {
		return;
	}
}
/** purl-spec: everything but letters, digits, `.`, `-`, `_` and `~` is percent-encoded. */
function encoded(text) {
	return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
// src/apko/mended-package-url.ts
/** Without these a scanner that reads the SBOM finds nothing in an apk, or misses what is told of its source package. */
const needed = ["distro", "upstream"];
/**
* The entry with the qualifiers `distro` and `upstream` in the package URL of the installed apk that it stands for; those that
* it has, and all else, stay. melange writes neither of them into the SBOMs that packages bring along.
*/
function mendPackageUrl(entry, installed, distribution) {
	const ours = qualifiersOf(packageUrlOf(installed, distribution));
	const externalRefs = entry.externalRefs?.map((ref) => {
		if (ref.referenceType !== "purl" || !ref.referenceLocator.startsWith("pkg:apk/")) return ref;
		const has = qualifiersOf(ref.referenceLocator);
		const missing = needed.filter((key) => !has.has(key) && ours.has(key));
		if (missing.length === 0) return ref;
		const added = missing.map((key) => [key, ours.get(key) ?? ""]);
		return {
			...ref,
			referenceLocator: withQualifiers(ref.referenceLocator, new Map([...has, ...added]))
		};
	});
	return (externalRefs?.every((ref, at) => ref === entry.externalRefs?.[at]) ?? true) || externalRefs === void 0 ? entry : {
		...entry,
		externalRefs
	};
}
/** Qualifiers as they are written, still encoded. */
function qualifiersOf(url) {
	const pairs = (/\?([^#]*)/.exec(url)?.[1] ?? "").split("&").filter(Boolean);
	return new Map(pairs.map((pair) => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]));
}
/** purl-spec: in the order of their names. */
function withQualifiers(url, qualifiers) {
	const [, start = url, , end = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(url) ?? [];
	return `${start}?${[...qualifiers].sort(([one], [other]) => one < other ? -1 : 1).map(([key, value]) => `${key}=${value}`).join("&")}${end}`;
}
// src/apko/sbom.ts
/**
* Adds an entry for each installed package that the document lacks, and the qualifiers that scanners need to the package URLs
* of those that it has; nothing else is changed, and a document that lacks nothing is answered as it is. Entries have the shape that
* apko gave its own (up to 0.27.6 it wrote one for every package), belong to the image, and say by an annotation that we added them.
*/
function completeSbom(given, packages, distribution) {
	const document = mendPackageUrls(given, packages, distribution);
	const listed = new Set(document.packages.flatMap(keysOf).map((key) => key.toLowerCase()));
	const missing = packages.filter((each) => !listed.has(keyOf$1(each).toLowerCase()));
	if (missing.length === 0) return {
		document,
		added: []
	};
	const taken = new Set(document.packages.map((each) => each.SPDXID));
	const entries = missing.map((each) => {
		const id = freeId(`SPDXRef-Package-${each.name}-${each.version}`, taken);
		taken.add(id);
		return entryOf$1(each, {
			id,
			distribution,
			created: document.creationInfo.created
		});
	});
	const [root] = document.documentDescribes ?? [];
	const relationships = entries.map(({ SPDXID }) => ({
		spdxElementId: root ?? "SPDXRef-DOCUMENT",
		relationshipType: root === void 0 ? "DESCRIBES" : "CONTAINS",
		relatedSpdxElement: SPDXID
	}));
	return {
		document: {
			...document,
			packages: [...document.packages, ...entries],
			relationships: [...document.relationships, ...relationships]
		},
		added: missing.map(keyOf$1)
	};
}
function mendPackageUrls(document, packages, distribution) {
	const installed = new Map(packages.map((each) => [keyOf$1(each).toLowerCase(), each]));
	const mended = document.packages.map((entry) => {
		const stands = keysOf(entry).flatMap((key) => installed.get(key.toLowerCase()) ?? [])[0];
		return stands === void 0 ? entry : mendPackageUrl(entry, stands, distribution);
	});
	return mended.every((entry, at) => entry === document.packages[at]) ? document : {
		...document,
		packages: mended
	};
}
function keyOf$1({ name, version }) {
	return `${name}-${version}`;
}
/** What an entry may stand for: its apk package URL says so; without any package URL, its name and version do. */
function keysOf({ name, versionInfo, externalRefs = [] }) {
	const urls = externalRefs.filter((each) => each.referenceType === "purl").map((each) => each.referenceLocator);
	if (urls.length === 0) return [keyOf$1({
		name,
		version: versionInfo ?? ""
	})];
	return urls.flatMap((url) => {
		const apk = readPackageUrl(url);
		return apk === void 0 ? [] : [keyOf$1(apk)];
	});
}
function entryOf$1(installed, { id, distribution, created }) {
	const { name, version, license, description, url, maintainer } = installed;
	const isExpression = isLicenseExpression(license);
	return {
		SPDXID: id,
		name,
		versionInfo: version,
		filesAnalyzed: false,
		licenseConcluded: "NOASSERTION",
		licenseDeclared: isExpression ? license : "NOASSERTION",
		...isExpression || license === "" ? {} : { licenseComments: `The package says: ${license}` },
		...description === "" ? {} : { description },
		downloadLocation: "NOASSERTION",
		.../^https?:\/\/[^\s]+$/.test(url) ? { homepage: url } : {},
		...maintainer === "" || maintainer === "unknown" ? {} : { originator: `Person: ${maintainer}` },
		supplier: "NOASSERTION",
		sourceInfo: "Package info from apk database",
		copyrightText: "NOASSERTION",
		...checksumsOf(installed),
		externalRefs: [{
			referenceCategory: "PACKAGE-MANAGER",
			referenceLocator: packageUrlOf(installed, distribution),
			referenceType: "purl"
		}],
		annotations: [{
			annotationDate: created,
			annotationType: "OTHER",
			annotator: "Tool: giropops-build",
			comment: "Added from the image's package database; apko's own SBOM does not list this package."
		}]
	};
}
function checksumsOf({ checksum }) {
	const [, kind, base64 = ""] = /^Q([12])([A-Za-z0-9+/]+=*)$/.exec(checksum) ?? [];
	if (kind === void 0) return {};
	const checksumValue = Buffer.from(base64, "base64").toString("hex");
	return { checksums: [{
		algorithm: kind === "1" ? "SHA1" : "SHA256",
		checksumValue
	}] };
}
// src/apko/spdx.ts
/** Reads an SPDX document; the whole of it is kept. Fails with IMAGE_FAILED when it is not what apko writes. */
function parseSpdx(text, file) {
	const document = parseJson(text, file);
	if (isSpdx(document)) return document;
	throw new Failure("IMAGE_FAILED", `${file}: apko's SBOM is not an SPDX 2.3 document`, { hint: "Take --sbom-formats out of apko-args." });
}
/** The document as apko writes JSON: two blanks, a newline at the end, and Go's escapes for `<`, `>` and `&`. */
function formatSpdx(document) {
	const escape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
	return `${JSON.stringify(document, null, 2).replace(/[<>&\u2028\u2029]/g, escape)}\n`;
}
function parseJson(text, file) {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new Failure("IMAGE_FAILED", `${file}: apko's SBOM is not JSON`, { cause });
	}
}
/** The lists of a document that need not be there, and the texts that each entry has. */
const optional = {
	files: ["SPDXID"],
	snippets: ["SPDXID"],
	hasExtractedLicensingInfos: ["licenseId"],
	externalDocumentRefs: ["externalDocumentId"]
};
function isSpdx(value) {
	if (!isMapping(value) || value["spdxVersion"] !== "SPDX-2.3") return false;
	const { creationInfo, packages, relationships, documentDescribes } = value;
	return isMapping(creationInfo) && hasTexts(creationInfo, ["created"]) && areEntries(packages, ["SPDXID", "name"]) && areEntries(relationships, [
		"spdxElementId",
		"relationshipType",
		"relatedSpdxElement"
	]) && areTexts(creationInfo["creators"] ?? []) && areTexts(documentDescribes ?? []) && Object.entries(optional).every(([key, texts]) => areEntries(value[key] ?? [], texts));
}
function areEntries(value, texts) {
	return Array.isArray(value) && value.every((each) => isMapping(each) && hasTexts(each, texts));
}
function areTexts(value) {
	return Array.isArray(value) && value.every((each) => typeof each === "string");
}
function hasTexts(value, keys) {
	return keys.every((key) => typeof value[key] === "string");
}
// src/apko/write-sboms.ts
/** Name of the document on the index. */
const indexSbomName = "sbom-index.spdx.json";
/**
* Writes the SBOM of a platform so that it lists every installed package as scanners need it; apko's bytes stay when they do already.
* Fails with IMAGE_FAILED when apko wrote none.
*/
async function writeSbom(platform, { layout, from, to }) {
	const { architecture, manifest } = platform;
	const name = `sbom-${architecture.apk}.spdx.json`;
	const text = await readFile(join(from, name), "utf8").catch((cause) => {
		throw new Failure("IMAGE_FAILED", `apko wrote no SBOM for ${architecture.platform}`, {
			cause,
			hint: "Take --sbom, --sbom-path and --sbom-formats out of apko-args."
		});
	});
	const inventory = await readInventory(layout, manifest.layers);
	const own = parseSpdx(text, name);
	const { document, added } = completeSbom(own, inventory.packages, inventory.distribution);
	await writeFile(join(to, name), document === own ? text : formatSpdx(document));
	return {
		platform,
		name,
		document,
		added,
		apks: apksOf(inventory),
		installed: inventory.packages
	};
}
/** Writes new digests in the place of old ones, in all documents that apko wrote: it names its images by them. */
async function renameDigests(folder, renamed) {
	for (const name of await readdir(folder)) {
		const file = join(folder, name);
		const text = await readFile(file, "utf8");
		const next = [...renamed].reduce((all, [old, now]) => all.replaceAll(hexOf(old), hexOf(now)), text);
		if (next !== text) await writeFile(file, next);
	}
}
/** Writes the SBOM of the index, which lists the packages of every platform; apko's own lists none, or is not there. */
async function writeIndexSbom(index, sboms, { from, to }) {
	const text = await readFile(join(from, indexSbomName), "utf8").catch(unlessMissing);
	const document = mergeSboms({
		index,
		own: text === void 0 ? void 0 : parseSpdx(text, indexSbomName),
		platforms: sboms.map(({ platform, document: each }) => ({
			arch: platform.architecture.apk,
			digest: platform.descriptor.digest,
			document: each
		}))
	});
	await writeFile(join(to, indexSbomName), formatSpdx(document));
}
function apksOf({ packages, distribution }) {
	const known = distribution.id === "unknown" ? {} : { distribution: distribution.id };
	return packages.map(({ name, version, arch, checksum }) => ({
		name,
		version,
		arch,
		checksum,
		...known
	}));
}
function unlessMissing(error) {
	if (error instanceof Error && "code" in error && error.code === "ENOENT") return void 0;
	throw error;
}
// src/apko/build-image.ts
/**
* Builds one image for all its architectures into `<output>/images/<name>/` (`layout`, `sbom`), which replaces an older one
* only when all is well. Fails with what {@link settleLock}, {@link runApko} and {@link proveLock} say, IMAGE_FAILED, LAYOUT_INVALID or DISK_FULL.
*/
async function buildImage(wish, request, { workbench, ports, lockFlags }) {
	const { file, architectures } = wish;
	const stage = await mkdtemp(join(request.scratch, "image-"));
	const apkoSbom = join(stage, "apko-sbom");
	const [layout, sbom] = [join(stage, "image", "layout"), join(stage, "image", "sbom")];
	try {
		for (const folder of [
			layout,
			sbom,
			apkoSbom
		]) await mkdir(folder, { recursive: true });
		const settled = await settleLock(wish, request, {
			workbench,
			ports,
			stage,
			flags: lockFlags
		});
		await runApko(wish, request, {
			workbench,
			ports,
			args: await buildArguments(wish, request, {
				workbench,
				folders: {
					layout,
					sbom: apkoSbom
				},
				...settled === void 0 ? {} : { lock: settled.path }
			}),
			title: `apko ${file.name}`
		});
		if (wish.marks !== void 0) await renameDigests(apkoSbom, await markLayout(layout, wish.marks));
		const { index, platforms } = await readImage(layout, architectures);
		const folders = {
			layout,
			from: apkoSbom,
			to: sbom
		};
		const writing = platforms.map((platform) => writeSbom(platform, folders));
		await Promise.allSettled(writing);
		const written = [];
		for (const each of writing) written.push(await each);
		if (settled !== void 0) proveLock(settled, written, {
			wish,
			added: request.options.packages
		});
		await writeIndexSbom(index.digest, written, folders);
		const place = join(request.output, "images", file.name);
		await moveFolder(join(stage, "image"), place);
		return {
			name: file.name,
			config: file.file,
			layout: join(place, "layout"),
			index,
			platforms: written.map((each) => platformImage(each, join(place, "sbom"))),
			indexSbom: join(place, "sbom", indexSbomName),
			...settled?.proven === void 0 ? {} : { lock: settled.proven }
		};
	} catch (error) {
		throw error instanceof Error && "code" in error && error.code === "ENOSPC" ? diskFull(error) : error;
	} finally {
		await rm(stage, {
			recursive: true,
			force: true
		});
	}
}
function platformImage({ platform, name, apks, installed, added }, folder) {
	const { architecture, descriptor, size } = platform;
	return {
		platform: architecture.platform,
		arch: architecture.name,
		manifest: descriptor,
		size,
		sbom: join(folder, name),
		installed: apks.map((apk) => `${apk.name}-${apk.version}`),
		apks,
		relations: installed.map(({ name: apk, origin, depends, provides }) => ({
			name: apk,
			origin,
			depends,
			provides
		})),
		addedToSbom: added
	};
}
function diskFull(cause) {
	return new Failure("DISK_FULL", `the disk is full: ${cause.message}`, {
		hint: "Free some space before this step, or take a bigger disk for the input \"output\" and the temporary files.",
		cause
	});
}
// src/apko/check-options.ts
/** Finds what apko would choke on before it runs: missing files, options that this apko does not have. Fails with all at once. */
async function checkOptions(request, { log }) {
	const { options, apko, workspace } = request;
	const isFile = async (path) => {
		return (await stat(resolve(workspace, path)).catch(() => void 0))?.isFile() ?? false;
	};
	const found = [];
	for (const key of options.keyring) {
		if (/^https?:\/\//i.test(key) || await isFile(key)) continue;
		found.push(new Failure("CONFIG_MISSING", `keyring-append: there is no file ${key}`, { hint: "Give the path of a public key, relative to the workspace, or its URL." }));
	}
	const [locked] = request.images.flatMap(({ lock }) => lock ?? []);
	if (locked !== void 0 && !takesFlag(apko, "--lockfile")) found.push(new Failure("TOOL_UNSUITED", `apko ${apko.version} does not build from a lock file (${locked.file})`, { hint: "Take apko 0.13 or later, or leave the lock file out." }));
	throwIfAny(found);
	if (options.buildRepositories.length > 0 && !takesFlag(apko, "--build-repository-append")) log.notice(`apko ${apko.version} has no build repositories; those of build-repository-append are stored in the image.`);
}
// src/apko/unsigned-repository.ts
/**
* Lays out an apk repository with its signed indexes as they are, and its packages without their own signatures. apko checks
* the index, which has a checksum of each package's control part, and never looks at a package's signature; but it stores the
* size of the package with it, by which a key would show in the image. The rest is linked.
*/
async function layOutUnsigned(repository, folder) {
	await mkdir(folder, { recursive: true });
	for (const entry of await readdir(repository, { withFileTypes: true })) {
		const [from, to] = [join(repository, entry.name), join(folder, entry.name)];
		if (entry.isDirectory()) await layOutUnsigned(from, to);
		else if (entry.name.endsWith(".apk")) await layOutPackage(from, to);
		else await symlink(from, to);
	}
}
async function layOutPackage(from, to) {
	const start = await signatureLength(from);
	if (start === 0) await symlink(from, to);
	else await pipeline$1(createReadStream(from, { start }), createWriteStream(to));
}
/** A signature has a key's 512 bytes or so; no more is read. */
const longest = 65536;
/** Bytes of the signature that an apk begins with (apk-tools, package format v2: a gzip member of its own); 0 when there is none. */
async function signatureLength(apk) {
	const file = await open(apk);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(longest), 0, longest, 0);
		const bytes = buffer.subarray(0, bytesRead);
		const length = firstMemberLength(bytes);
		return gunzipSync(bytes.subarray(0, length)).toString("latin1", 0, 6) === ".SIGN." ? length : 0;
	} catch (error) {
		if (error instanceof TypeError || error instanceof RangeError || isZlibError(error)) return 0;
		throw error;
	} finally {
		await file.close();
	}
}
function isZlibError(error) {
	return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
// src/apko/workbench.ts
/** Where keys from outside of the workspace are found by apko: it stores the paths of keys in the image. */
const keysFolder = "giropops-keys";
/**
* Lays out a workbench: a link for each entry of the workspace, so that relative paths in apko files mean what they mean
* there and nothing is written to it; the packages of this run lie there without their own signatures. Paths that apko stores in the image are the same whatever the workspace is called.
*/
async function openWorkbench({ workspace, scratch, repository }) {
	const root = await mkdtemp(join(scratch, "apko-"));
	const folder = join(root, "workbench");
	const temp = join(root, "temp");
	const keys = /* @__PURE__ */ new Map();
	await Promise.all([mkdir(join(folder, keysFolder), { recursive: true }), mkdir(temp)]);
	for (const name of await readdir(workspace)) {
		const ours = name === keysFolder || name === "packages" && repository !== void 0;
		if (name === ".git") await pointToGit(join(workspace, name), join(folder, name));
		else if (!ours) await symlink(join(workspace, name), join(folder, name));
	}
	if (repository !== void 0) await layOutUnsigned(repository.folder, join(folder, packagesFolder));
	const pathOf = (path) => {
		const inside = relative(workspace, resolve(workspace, path));
		const [first] = inside.split("/");
		const hidden = first === keysFolder || first === "packages" && repository !== void 0;
		return first === ".." || isAbsolute(inside) || hidden ? resolve(workspace, path) : inside;
	};
	return {
		folder,
		temp,
		pathOf,
		async keyOf(path) {
			const known = /^https?:\/\//i.test(path) ? path : pathOf(path);
			if (!isAbsolute(known)) return known;
			const key = keys.get(known) ?? nameBeside([...keys.values()], basename(known));
			if (!keys.has(known)) {
				keys.set(known, key);
				await mkdir(resolve(folder, key, ".."), { recursive: true });
				await symlink(known, join(folder, key));
			}
			return key;
		},
		remove: () => rm(root, {
			recursive: true,
			force: true
		})
	};
}
/** Makes `to` a file that names the git folder at `from` (gitrepository-layout(5)): apko does not open a link to it. */
async function pointToGit(from, to) {
	const pointer = await readFile(from, "utf8").catch(() => `gitdir: ${from}`);
	const target = /^gitdir: (.+)/.exec(pointer)?.[1]?.trim();
	if (target !== void 0) await writeFile(to, `gitdir: ${resolve(from, "..", target)}\n`);
}
/** Keys keep their base name, which index signatures refer to; equal ones go to numbered folders. */
function nameBeside(taken, name) {
	for (let number = 1;; number += 1) {
		const candidate = join(keysFolder, number === 1 ? "" : String(number), name);
		if (!taken.includes(candidate)) return candidate;
	}
}
// src/apko/build-images.ts
/**
* Builds images, one after the other (apko uses all cores by itself), each into an OCI layout with all its platforms and one
* SBOM per platform that lists every installed package. Answers what came of each, in their order: one that fails does not stop
* the others. Fails with what {@link checkOptions} finds, before any is built.
*/
async function buildImages(request, ports) {
	await checkOptions(request, ports);
	await mkdir(request.scratch, { recursive: true });
	const lockFlags = await lockFlagsFor(request, ports);
	const workbench = await openWorkbench(request);
	try {
		return await eachAlone(request.images, async (wish) => {
			const image = await buildImage(wish, request, {
				workbench,
				ports,
				lockFlags
			});
			for (const { platform, installed, addedToSbom } of image.platforms) {
				const added = addedToSbom.length === 0 ? "" : `, ${addedToSbom.length} of them added by us`;
				ports.log.info(`${image.name} ${platform}: ${installed.length} packages in the SBOM${added}`);
			}
			return image;
		});
	} finally {
		const { cacheDir } = request.options;
		if (cacheDir !== void 0) await forgetRepositories(cacheDir, workbench.folder);
		await workbench.remove();
	}
}
/** What `apko lock` takes, where anything is to be locked. */
async function lockFlagsFor(request, ports) {
	const { apko, repository, images } = request;
	const builds = takesFlag(apko, "--lockfile");
	const flags = (repository !== void 0 || images.some(({ lock }) => lock !== void 0)) && builds ? await askLockFlags(request, ports) : /* @__PURE__ */ new Set();
	if (repository !== void 0 && flags.size === 0) ports.log.notice(`apko ${apko.version} cannot lock: the public key of the packages becomes part of the image, whose digest changes with it.`);
	return flags;
}
// src/apko/docker-tar.ts
/**
* Writes an image as a tar for `docker load` (Docker image spec v1.2, manifest.json), every platform under `<tag>-<arch>` as
* apko names it and the host's under the plain tag too. Layers go in as they are; the same image gives the same bytes. An
* older tar is replaced at the end. Fails with LAYOUT_INVALID, DISK_FULL.
*/
async function writeDockerTar({ image, tags, host, file }) {
	const parts = await Promise.all(image.platforms.map((platform) => readPart(image.layout, platform)));
	const plain = parts.find(({ arch }) => arch === host.name) ?? (parts.length === 1 ? parts[0] : void 0);
	const manifest = parts.map((part) => ({
		Config: configName(part.manifest),
		RepoTags: tags.flatMap((tag) => [...part === plain ? [tag] : [], `${tag}-${part.arch}`]),
		Layers: part.manifest.layers.map(layerName)
	}));
	const blobs = new Map(parts.flatMap(({ manifest }) => namedBlobs(manifest)));
	const partial = `${file}.partial`;
	await mkdir(dirname(file), { recursive: true });
	try {
		const tar = (0, import_tar_stream.pack)();
		const written = pipeline$1(tar, createWriteStream(partial));
		const filled = fill$2(tar, {
			layout: image.layout,
			blobs,
			manifest: JSON.stringify(manifest)
		});
		await Promise.all([written, filled.catch((error) => tar.destroy(asError(error)))]);
		await rename(partial, file);
	} catch (error) {
		await rm(partial, { force: true });
		throw isFull(error) ? new Failure("DISK_FULL", `the disk is full: ${file}`, { cause: error }) : error;
	}
}
async function readPart(layout, { arch, manifest }) {
	const { value } = await readDocument(layout, manifest);
	if (value.kind === "manifest") return {
		arch,
		manifest: value
	};
	throw new Failure("LAYOUT_INVALID", `${layout}: ${manifest.digest} is not an image manifest`);
}
async function fill$2(tar, { layout, blobs, manifest }) {
	const header = {
		mtime: /* @__PURE__ */ new Date(0),
		mode: 420
	};
	await new Promise((done, failed) => {
		tar.entry({
			...header,
			name: "manifest.json"
		}, manifest, (error) => error ? failed(error) : done());
	});
	for (const [name, blob] of blobs) {
		const source = createReadStream(await findBlob(layout, blob));
		await pipeline$1(source, tar.entry({
			...header,
			name,
			size: blob.size
		}));
	}
	tar.finalize();
}
function namedBlobs(manifest) {
	const layers = manifest.layers.map((layer) => [layerName(layer), layer]);
	return [[configName(manifest), manifest.config], ...layers];
}
function configName({ config }) {
	return `${hexOf(config.digest)}.json`;
}
function layerName({ digest, mediaType }) {
	const ending = mediaType.endsWith("gzip") ? ".tar.gz" : mediaType.endsWith("zstd") ? ".tar.zst" : ".tar";
	return hexOf(digest) + ending;
}
function asError(error) {
	return error instanceof Error ? error : new Error(String(error));
}
function isFull(error) {
	return error instanceof Error && "code" in error && error.code === "ENOSPC";
}
// src/apko/load.ts
/**
* Loads a docker tar into docker, or into podman when there is no docker, and answers the names that the engine says it has
* now. Fails with ENGINE_MISSING when neither is there or docker's daemon does not answer, DISK_FULL, or TOOL_FAILED.
*/
async function loadImage({ tar, dockerHost }, ports) {
	const env = dockerHost === void 0 ? {} : { DOCKER_HOST: dockerHost };
	const load = async (tool) => {
		const lines = [];
		const track = ports.log.track(`${tool} load`);
		const onLine = (line) => {
			lines.push(line);
			track.line(line);
		};
		return ports.processes.run({
			tool,
			args: [
				"load",
				"-i",
				tar
			],
			env,
			onLine
		}).then((finished) => ({
			tool,
			finished,
			lines
		}), ifMissing).finally(() => track.end());
	};
	const loading = await load("docker") ?? await load("podman");
	if (loading === void 0) throw noEngine();
	if (loading.finished.code !== 0) throw failureOf(loading);
	return loading.lines.flatMap((line) => /^Loaded image(?:\(s\))?: (\S+)/.exec(line)?.[1] ?? []);
}
/** Asks docker, or podman when there is no docker, whether an image could be loaded. Fails with ENGINE_MISSING. */
async function proveEngine({ processes }) {
	const ask = (tool) => processes.ask({
		tool,
		args: ["version"],
		input: ""
	}).catch(ifMissing);
	const docker = await ask("docker");
	const finished = docker ?? await ask("podman");
	if (finished === void 0) throw noEngine();
	if (finished.code === 0) return;
	throw deadEngine(docker === void 0 ? "podman" : "docker", finished.stderr.trim().split("\n").slice(-5).join("\n"));
}
function noEngine() {
	return new Failure("ENGINE_MISSING", "there is neither docker nor podman to load the image into", { hint: "Install one of them, or set the input \"load\" to false: with \"output\", a tar for docker load is left in that folder." });
}
function deadEngine(tool, words) {
	return new Failure("ENGINE_MISSING", `${tool === "docker" ? "docker's daemon" : tool} does not answer: ${words}`, { hint: "Start it, check DOCKER_HOST and your rights on its socket, or set the input \"load\" to false." });
}
function ifMissing(error) {
	if (error instanceof Failure && error.code === "TOOL_MISSING") return void 0;
	throw error;
}
function failureOf({ tool, finished, lines }) {
	const text = lines.join("\n");
	const last = lines.slice(-5).join("\n") || `exit code ${finished.code}`;
	if (text.includes("no space left on device")) return new Failure("DISK_FULL", `${tool} has no space left for the image:\n${last}`, { hint: `Free some with ${tool} system prune.` });
	if (/cannot connect to the docker daemon|error during connect|permission denied.*docker/i.test(text)) return deadEngine("docker", last);
	return new Failure("TOOL_FAILED", `${tool} could not load the image:\n${last}`, { hint: "Its lines are in the log above." });
}
// src/pipeline/make-images.ts
/** Builds every planned image into `<output>/images/<name>`; answers what came of each, in their order. */
async function makeImages(wish, world) {
	const { inputs, plan, repository, sourceDateEpoch } = wish;
	const { workspace, temp } = world.machine;
	return (await buildImages({
		images: plan.map(({ file, architectures, name, tags, lock, marks }) => ({
			file,
			architectures,
			reference: `${name}:${tags[0]}`,
			...lock === void 0 ? {} : { lock },
			...marks === void 0 ? {} : { marks }
		})),
		apko: wish.apko,
		workspace,
		scratch: wish.scratch ?? join(temp, "apko"),
		output: wish.output,
		...repository === void 0 ? {} : { repository },
		...sourceDateEpoch === void 0 ? {} : { sourceDateEpoch },
		options: {
			keyring: inputs["keyring-append"].map((path) => absolute(path, workspace)),
			repositories: inputs["repository-append"],
			buildRepositories: inputs["build-repository-append"],
			packages: inputs["package-append"],
			cacheDir: wish.downloads,
			vcs: inputs["vcs-url"],
			extraArgs: inputs["apko-args"]
		}
	}, world)).map((outcome, at) => {
		const planned = plan[at];
		if (planned === void 0) throw new TypeError("more images were built than planned");
		return "value" in outcome ? { value: {
			plan: planned,
			built: outcome.value
		} } : outcome;
	});
}
/** Writes an image's docker tar and, when wanted, loads it; answers where the tar is and the names loaded. */
async function makeDockerTar({ plan, built }, { load }, world) {
	const file = join(built.layout, "..", `${built.name}.tar`);
	await writeDockerTar({
		image: built,
		tags: plan.tags.map((tag) => `${plan.name}:${tag}`),
		host: world.machine.architecture,
		file
	});
	return {
		file,
		loaded: load ? await loadImage({ tar: file }, world) : []
	};
}
function imageRecord({ plan, built }, output) {
	const at = (path) => relative(output, path);
	const sboms = [...built.platforms.map(({ sbom }) => sbom), built.indexSbom];
	return {
		name: plan.name,
		config: built.config,
		digest: built.index.digest,
		size: built.platforms.reduce((sum, { size }) => sum + size, 0),
		layout: at(built.layout),
		sboms: sboms.map(at),
		loaded: [],
		...built.lock === void 0 ? {} : { lock: built.lock },
		platforms: built.platforms.map(({ platform, arch, manifest, size, sbom, apks, addedToSbom }) => ({
			platform,
			arch,
			digest: manifest.digest,
			size,
			sbom: at(sbom),
			packages: apks,
			addedToSbom
		}))
	};
}
function absolute(path, workspace) {
	return URL.canParse(path) ? path : resolve(workspace, path);
}
// src/pipeline/publish.ts
/**
* Looks where the images go to, side by side, before anything is pushed. Fails with TAG_REFUSED when a tag of any of them may not
* be moved.
*/
async function placeImages(images, { destinations, options, age }, world) {
	const placed = images.map((made) => ({
		made,
		all: destinationsOf(made, destinations)
	}));
	const requests = await Promise.all(placed.map(({ made, all }) => tagRequests({
		made,
		destinations: all,
		age
	}, world)));
	const current = await surveyTags(requests.flat(), options, world);
	let at = 0;
	return placed.map(({ made, all }) => ({
		made,
		places: all.map((destination) => ({
			destination,
			current: current[at++] ?? false
		}))
	}));
}
/**
* Pushes an image by digest to all its repositories: registries side by side, within one registry one after the other, so that
* blobs are mounted from the first instead of sent again. Nothing is sent to where all tags name the digest already.
*/
async function pushPlaced(image, world) {
	const { made, places } = image;
	const pushed = /* @__PURE__ */ new Map();
	const registries = Map.groupBy(places, ({ destination }) => destination.repository.registry);
	const pushAll = async (group) => {
		let mountFrom;
		for (const place of group) {
			pushed.set(place.destination, await pushTo(made, {
				...place,
				mountFrom
			}, world));
			mountFrom ??= place.destination.repository;
		}
	};
	await Promise.all([...registries.values()].map(pushAll));
	return {
		made,
		places: places.map(({ destination }) => {
			const record = pushed.get(destination);
			if (record === void 0) throw new TypeError(`${made.plan.name} was not pushed everywhere`);
			return {
				destination,
				pushed: record
			};
		})
	};
}
/** The tags of an image in its repositories. */
async function tagRequests({ made, destinations, age }, { context }) {
	const { sourceDateEpoch } = age;
	const { layout, index } = made.built;
	const manifest = await readDocument(layout, index);
	return destinations.map((destination) => ({
		...destination,
		digest: index.digest,
		tags: made.plan.tags,
		manifest,
		age: {
			...sourceDateEpoch === void 0 ? {} : { created: sourceDateEpoch * 1e3 },
			...context.commit === void 0 ? {} : { revision: context.commit }
		}
	}));
}
async function pushTo(made, { destination, current, mountFrom }, world) {
	const { layout, index } = made.built;
	const { tags } = made.plan;
	const repository = formatRepository(destination.repository);
	if (current) {
		world.log.info(`${repository}: ${tags.join(", ")} is ${index.digest} already, nothing is pushed`);
		return {
			repository,
			tags,
			uploaded: 0,
			skipped: 0,
			unchanged: true
		};
	}
	const request = {
		...destination,
		layout,
		index,
		...mountFrom === void 0 ? {} : { mountFrom }
	};
	const { uploaded, skipped } = await pushImage(request, world);
	return {
		repository,
		tags: [],
		uploaded,
		skipped
	};
}
function destinationsOf({ plan }, destinations) {
	if (plan.repositories.length === 0) throw new TypeError(`${plan.name} was planned to be pushed nowhere`);
	return plan.repositories.map((repository) => {
		const found = destinations.get(formatRepository(repository));
		if (found === void 0) throw new TypeError(`no login was looked for ${plan.name}`);
		return found;
	});
}
// src/apko/layer-difference.ts
/**
* The first file by which two layers differ, and in what, read side by side as streams: `etc/apk/keys/a.rsa.pub: content`.
* Undefined when only their compression differs.
*/
async function firstDifference(left, right) {
	const [a, b] = [await openEntries(left), await openEntries(right)];
	try {
		for (;;) {
			const [first, second] = [await a.next(), await b.next()];
			const difference = compare$2(first, second);
			if (difference !== void 0 || first === void 0) return difference;
		}
	} finally {
		a.close();
		b.close();
	}
}
async function openEntries({ layout, layer }) {
	const file = await findBlob(layout, layer);
	const entries = (0, import_tar_stream.extract)();
	const iterator = entries[Symbol.asyncIterator]();
	const tar = openLayer(file, layer.mediaType);
	tar.on("error", (error) => entries.destroy(error)).pipe(entries);
	return {
		async next() {
			const { done, value } = await iterator.next();
			return done ? void 0 : factsOf$1(value);
		},
		close: () => void tar.destroy()
	};
}
async function factsOf$1(entry) {
	const { name, type, mode, uid, gid, size, mtime, linkname, pax } = entry.header;
	const hash = createHash("sha256");
	for await (const chunk of entry) if (chunk instanceof Uint8Array) hash.update(chunk);
	const facts = {
		type,
		mode: (mode ?? 0).toString(8),
		owner: `${uid}:${gid}`,
		"link target": linkname ?? "",
		size: String(size),
		content: hash.digest("hex"),
		time: mtime?.toISOString() ?? "",
		"extended header": JSON.stringify(pax ?? {})
	};
	return {
		name,
		facts: new Map(Object.entries(facts))
	};
}
function compare$2(a, b) {
	if (a === void 0 || b === void 0) {
		const [only, which] = a === void 0 ? [b, "second"] : [a, "first"];
		return only === void 0 ? void 0 : `${only.name}: only in the ${which}`;
	}
	if (a.name !== b.name) return `${a.name} in the first, ${b.name} in its place in the second`;
	const other = [...a.facts].find(([fact, value]) => b.facts.get(fact) !== value);
	if (other === void 0) return void 0;
	const [fact, value] = other;
	const values = /^(content|extended header)$/.test(fact) ? "" : ` (${value}, ${b.facts.get(fact)})`;
	return `${a.name}: ${fact}${values}`;
}
// src/apko/image-difference.ts
/**
* Where two builds of one image differ first: platform, layer (counted from 1, the lowest first) and file; `linux/amd64, layer 1
* of 1: etc/apko.json: content`. Undefined when their digests are equal.
*/
async function findDifference(first, second) {
	if (first.index.digest === second.index.digest) return void 0;
	for (const platform of first.platforms) {
		const other = second.platforms.find((each) => each.platform === platform.platform);
		if (other === void 0) return `${platform.platform}: only in the first`;
		if (other.manifest.digest === platform.manifest.digest) continue;
		const [a, b] = [await manifestOf(first, platform), await manifestOf(second, other)];
		const where = await differingLayer({
			layout: first.layout,
			manifest: a
		}, {
			layout: second.layout,
			manifest: b
		});
		return `${platform.platform}, ${where ?? whereElse(a, b)}`;
	}
	return "the index alone, its platforms are equal";
}
async function differingLayer(left, right) {
	const [a, b] = [left.manifest.layers, right.manifest.layers];
	if (a.length !== b.length) return `${a.length} layers in the first, ${b.length} in the second`;
	for (const [at, layer] of a.entries()) {
		const other = b[at];
		if (other === void 0 || other.digest === layer.digest) continue;
		const difference = await firstDifference(...[{
			layout: left.layout,
			layer
		}, {
			layout: right.layout,
			layer: other
		}]);
		return `layer ${at + 1} of ${a.length}: ${difference ?? "only its compression"}`;
	}
}
function whereElse(a, b) {
	return a.config.digest === b.config.digest ? "its manifest alone" : "its configuration alone";
}
async function manifestOf({ layout }, { platform, manifest }) {
	const { value } = await readDocument(layout, manifest);
	if (value.kind === "manifest") return value;
	throw new TypeError(`${platform} was built as an index`);
}
// src/pipeline/reproduce.ts
/**
* Builds images a second time, in other folders, and compares digests; answers what came of each, in their order.
* One whose digest differs fails with NOT_REPRODUCIBLE, which names the first platform, layer and file that differ.
*/
async function reproduceImages(made, wish, world) {
	const folder = join(world.machine.temp, "reproduce");
	const plan = made.map(({ plan: each }) => each.lock?.mode === "update" ? {
		...each,
		lock: {
			...each.lock,
			mode: "use"
		}
	} : each);
	const places = {
		output: join(folder, "output"),
		scratch: join(folder, "apko")
	};
	try {
		const again = await makeImages({
			...wish,
			...places,
			plan
		}, world);
		const pairs = made.map((first, at) => ({
			first,
			second: again[at]
		}));
		return await eachAlone(pairs, async ({ first, second }) => {
			if (second === void 0) throw new TypeError("fewer images were built again");
			if ("failures" in second) throwIfAny(second.failures);
			if ("value" in second) await compare$1(first, second.value, world);
			return first;
		});
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}
async function compare$1(first, second, { log }) {
	const { plan, built } = first;
	const difference = await findDifference(built, second.built);
	if (difference === void 0) {
		log.info(`${plan.name}: a second build has the same digest, ${built.index.digest}`);
		return;
	}
	throw new Failure("NOT_REPRODUCIBLE", `${plan.name}: a second build of ${built.config} has another digest, ${second.built.index.digest}; it differs in ${difference}`, {
		at: plan.file.placeOf([]),
		hint: "Look for what changes between builds: packages that a repository replaced in between (lock them with \"lockfile\"), or a step that writes times or random names."
	});
}
// src/pipeline/scan-and-pack.ts
/** Scans the images, and packs them as docker tars where they are wanted, both at once: neither changes the layout. */
async function scanAndPack(images, wish, { world, recorder }) {
	const { plan, inputs } = wish;
	const packs = plan.load || inputs.output !== void 0;
	const packing = plan.load ? "load" : "docker tar";
	const scans = wish.scanner !== void 0;
	const pack = () => packAll(images, wish, world);
	const scan = () => scanAll(images, wish, world);
	if (packs && scans) {
		const both = () => beside(recorder.wideStage("scan", scan), recorder.wideStage(packing, pack));
		const [scanned, packed] = await world.log.group(`scan, ${packing}`, both);
		return joined(images, scanned, packed);
	}
	const packed = packs ? await recorder.stage(packing, pack) : void 0;
	return joined(images, scans ? await recorder.stage("scan", scan) : void 0, withGap(images, wish, packed));
}
async function packAll(images, { plan, output }, world) {
	const outcomes = await eachAlone(images, async (image) => {
		const { file, loaded } = await makeDockerTar(image, plan, world);
		return [image, {
			dockerTar: relative(output, file),
			loaded
		}];
	});
	const { values: parts, failed: failures } = partOutcomes(outcomes);
	return {
		passed: parts.map(([image]) => image),
		failures,
		parts
	};
}
async function scanAll(images, { plan, inputs, destinations, output, scan, scanner }, world) {
	if (scan === void 0 || scanner === void 0) return void 0;
	const { scanStage } = await import("./scan-stage.js");
	const { files: melange } = plan.packages;
	return scanStage(images, {
		plan: scan.plan,
		scanner,
		inputs,
		destinations,
		output,
		melange
	}, world);
}
/** Tells of each image that it was to be scanned, and there was no database to scan it with. */
function withGap(images, { scan, scanner }, packed = {
	passed: images,
	failures: [],
	parts: []
}) {
	if (scan === void 0 || scanner !== void 0) return packed;
	const notScanned = `there was no database for ${scan.plan.scanner} (the log tells why), and fail-on is never`;
	return {
		...packed,
		parts: [...packed.parts, ...images.map((image) => [image, { notScanned }])]
	};
}
function joined(images, scanned, packed = {
	passed: images,
	failures: [],
	parts: []
}) {
	const { passed, failures, parts } = packed;
	if (scanned === void 0) return {
		...packed,
		scans: /* @__PURE__ */ new Map(),
		upload: Promise.resolve()
	};
	const upload = scanned.upload();
	upload.catch(() => {});
	return {
		passed: passed.filter((image) => scanned.passed.includes(image)),
		failures: [...failures, ...scanned.failures],
		parts: [...parts, ...scanned.records],
		scans: scanned.scans,
		upload
	};
}
// src/pipeline/new-package.ts
/** GitHub Packages' registry for images. */
const githubRegistry = "ghcr.io";
/**
* Whether a repository is a package on GitHub that does not exist yet: its list of tags is unknown. What can't be told is not new,
* and nothing fails here: the push tells what is wrong.
*/
async function isNewPackage({ repository, session }) {
	if (repository.registry !== githubRegistry) return false;
	const request = {
		method: "GET",
		url: urlOf$1(session.access, "tags/list?n=1")
	};
	try {
		const response = await session.send(request);
		response.body.resume();
		return response.status === 404;
	} catch (error) {
		if (error instanceof Failure || error instanceof Transient) return false;
		throw error;
	}
}
/** What to know of a package that was new: it is private, and where that is changed. */
function newPackageNotice(repository, { server = "https://github.com", repository: source, ownerKind }) {
	return [`${formatRepository(repository)} is a new package, and new packages are private: nobody else can pull it.`, `Where it shall be public, change its visibility at the end of ${settingsUrl(repository, {
		server,
		source,
		ownerKind
	})}`].join(" ");
}
function settingsUrl({ path }, { server, source, ownerKind }) {
	const [owner = "", ...name] = path.split("/");
	const encoded = encodeURIComponent(name.join("/"));
	if (source?.split("/")[0]?.toLowerCase() === owner && ownerKind !== void 0) return `${server}/${ownerKind === "organization" ? "orgs" : "users"}/${owner}/packages/container/${encoded}/settings`;
	return `the package's settings (${server}/${owner}?tab=packages, "Package settings")`;
}
// src/pipeline/tag-images.ts
/**
* Sets the tags of all images in all their repositories, the last thing that happens to them; where they are there already nothing
* is done. Answers what came of each image, in their order. Fails, before any tag is set, when one may not be.
*/
async function tagImages(images, { options, age }, world) {
	const due = images.map(({ made, places }) => ({
		made,
		places: places.filter(({ pushed }) => !pushed.unchanged)
	}));
	const requests = await Promise.all(due.map(({ made, places }) => tagRequests({
		made,
		destinations: places.map(({ destination }) => destination),
		age
	}, world)));
	const outcomes = await moveTags(requests.flat(), options, world);
	const ends = new Map(due.flatMap(({ places }) => places).map((place, at) => [place, outcomes[at]]));
	return images.map(({ made, places: all }) => {
		const failures = [];
		const done = all.map((place) => {
			const end = ends.get(place);
			if (end === void 0) return place;
			if ("value" in end) return {
				...place,
				pushed: taggedRecord(place, end.value, world)
			};
			failures.push(...end.failures);
			return place;
		});
		return failures.length > 0 ? { failures } : { value: {
			made,
			places: done
		} };
	});
}
/** What the record tells of where an image is. */
function pushedRecord(places, newPackages) {
	const [pushed, ...copies] = places.map(({ pushed: each }) => newPackages.has(each.repository) ? {
		...each,
		created: true
	} : each);
	return {
		...pushed === void 0 ? {} : { pushed },
		...copies.length === 0 ? {} : { copies }
	};
}
/** Says of each package that is new that it is private, and where that is changed. */
function tellNew(images, newPackages, { log, context }) {
	for (const { destination, pushed } of images.flatMap(({ places }) => places)) if (newPackages.has(pushed.repository)) log.notice(newPackageNotice(destination.repository, context));
}
/** Says which tags were left to other images, and answers them as the record has them. */
function tellLeft(left, { repository }, { log }) {
	for (const { kind, tag, shown } of left) {
		const name = formatReference({
			...repository,
			tag
		});
		if (kind === "newer") log.notice(`${name} stays at ${shown.digest}, the image of ${commitOf(shown)}`);
		else log.warning(`${name} was set to ${shown.digest} by another run after this one had set it; it is left there`);
	}
	return left.map(({ tag, shown }) => ({
		tag,
		digest: shown.digest
	}));
}
function taggedRecord({ destination, pushed }, { named, left }, world) {
	const told = tellLeft(left, destination, world);
	return {
		...pushed,
		tags: named,
		...told.length === 0 ? {} : { left: told }
	};
}
function commitOf({ age: { created, revision } }) {
	const time = created === void 0 ? "" : ` of ${new Date(created).toISOString()}`;
	return `a newer commit (${revision?.slice(0, 12) ?? "unnamed"}${time})`;
}
// src/pipeline/image-stages.ts
/**
* From apko files to tagged images: built, scanned, loaded when wanted, pushed by digest, signed and verified; tags move after all of
* that. Images do not depend on one another: one that fails does not get further, the others do. Throws when none is left, save
* when findings stopped them: those are to be reported.
*/
async function imageStages(wish, tools) {
	const uploads = [];
	try {
		return await runStages(wish, {
			...tools,
			uploads
		});
	} finally {
		await Promise.all(uploads);
	}
}
async function runStages(wish, { world, recorder, uploads }) {
	const { plan, output, inputs } = wish;
	const records = /* @__PURE__ */ new Map();
	const add = ({ plan: { file } }, part) => {
		const record = records.get(file.file);
		if (record !== void 0) records.set(file.file, {
			...record,
			...part
		});
	};
	const failures = [];
	const goOn = (outcomes) => {
		const { values, failed } = partOutcomes(outcomes);
		failures.push(...failed);
		if (values.length === 0) throwIfAny(failures);
		return values;
	};
	const imagesWish = {
		...wish,
		plan: plan.images
	};
	const [outcomes, scanner] = await beside(recorder.wideStage("images", () => makeImages(imagesWish, world)), Promise.resolve(wish.scan?.scanner));
	let made = goOn(outcomes);
	for (const image of made) records.set(image.plan.file.file, imageRecord(image, output));
	if (inputs.reproduce) {
		made = goOn(await recorder.wideStage("reproduce", () => reproduceImages(made, imagesWish, world)));
		for (const image of made) add(image, { reproduced: true });
	}
	const { passed, scans, upload, parts, ...more } = await scanAndPack(made, {
		...wish,
		scanner
	}, {
		world,
		recorder
	});
	uploads.push(upload);
	for (const [image, part] of parts) add(image, part);
	failures.push(...more.failures);
	made = passed;
	if (made.length === 0) return stopped({
		images: [...records.values()],
		packageBundles: [],
		failures
	});
	const tagging = {
		options: { allowRetag: inputs["allow-retag"] },
		age: wish
	};
	let pushed = [];
	if (plan.push) {
		const pushAll = async () => {
			const placed = await placeImages(made, {
				...tagging,
				destinations: wish.destinations
			}, world);
			return eachAlone(placed, (image) => pushPlaced(image, world));
		};
		pushed = goOn(await recorder.stage("push", pushAll));
	}
	let packageBundles = [];
	if (wish.signing !== void 0) {
		const { signing } = wish;
		const { signEach } = await import("./sign-each.js");
		const signed = await recorder.stage("sign", () => signEach(pushed, {
			...wish,
			plan: signing,
			scans
		}, world));
		failures.push(...signed.failures);
		packageBundles = signed.packageBundles;
		pushed = goOn(signed.images).map(({ image, signatures }) => {
			add(image.made, { signed: signatures });
			return image;
		});
	}
	if (pushed.length > 0) {
		const tagged = goOn(await recorder.stage("tags", () => tagImages(pushed, tagging, world)));
		for (const { made: image, places } of tagged) add(image, pushedRecord(places, wish.newPackages));
		tellNew(tagged, wish.newPackages, world);
	}
	return {
		images: [...records.values()],
		packageBundles,
		failures
	};
}
/** The end of a run none of whose images goes on: what findings stopped is reported, anything else thrown. */
function stopped(done) {
	if (done.images.every(({ scan }) => scan === void 0)) throwIfAny(done.failures);
	return done;
}
// src/melange/package-info.ts
/**
* What an apk says of itself in its control member (`.PKGINFO`), with the digest of the whole file. `file` is given as it will
* lie in the repository. Fails with PACKAGE_FAILED when it is no apk.
*/
async function readPackage(apk) {
	const info = await findEntry(apk, (name) => name === ".PKGINFO").catch((cause) => {
		throw new Failure("PACKAGE_FAILED", `${basename(apk)} is not an apk that can be read`, { cause });
	});
	const value = (key) => new RegExp(`^${key} = (.*)$`, "m").exec(info?.text ?? "")?.[1] ?? "";
	const [name, version, arch] = [
		value("pkgname"),
		value("pkgver"),
		value("arch")
	];
	if (name === "" || version === "" || arch === "") throw new Failure("PACKAGE_FAILED", `${basename(apk)} has no .PKGINFO that names package, version and architecture`);
	const { size } = await stat(apk);
	return {
		name,
		version,
		arch,
		file: join(arch, basename(apk)),
		sha256: await sha256OfFile(apk),
		size
	};
}
// src/melange/content-key.ts
/** To be raised when what the facts mean changes: old entries are then never found again. */
const format = 1;
/** sha256 (hex) over the facts. Order counts only where melange heeds it: what lies in folders and indexes is sorted. */
function contentKey(facts) {
	const { source, environment, instructions } = facts;
	const sorted = {
		...facts,
		source: sortedEntries(source),
		instructions: "pipelines" in instructions ? {
			...instructions,
			pipelines: instructions.pipelines.map(sortedEntries)
		} : instructions,
		environment: "picked" in environment ? { picked: sortedApks(environment.picked) } : {
			indexes: environment.indexes,
			own: sortedApks(environment.own)
		}
	};
	return createHash("sha256").update(canonical({
		format,
		facts: sorted
	})).digest("hex");
}
function sortedEntries(entries) {
	return entries.toSorted((a, b) => compare(a.path, b.path));
}
function sortedApks(apks) {
	return apks.toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}
function compare(a, b) {
	return a === b ? 0 : a < b ? -1 : 1;
}
/** JSON with the names of every mapping in order. */
function canonical(value) {
	return JSON.stringify(value, (_, part) => typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => compare(a, b))) : part);
}
// src/melange/sign-apks.ts
/** melange signs all that it is given at once, each through a temporary file. */
const atOnce = 32;
/** Milliseconds for so many, however large. */
const timeLimit$3 = 9e5;
/**
* Replaces the signatures of apks by ones of the key (`melange sign`); control part and data stay byte for byte. Fails with PACKAGE_FAILED or
* DISK_FULL.
*/
async function signApks({ melange, key, apks, temp }, { processes }) {
	for (let at = 0; at < apks.length; at += atOnce) {
		const made = await processes.ask({
			tool: melange.path,
			args: [
				"sign",
				"--signing-key",
				key.privateKey,
				...apks.slice(at, at + atOnce)
			],
			cwd: temp,
			env: { TMPDIR: temp },
			timeLimit: timeLimit$3
		});
		if (made.code === 0) continue;
		const reason = lastLine$1(`${made.stdout}\n${made.stderr}`);
		const code = reason.includes("no space left on device") ? "DISK_FULL" : "PACKAGE_FAILED";
		throw new Failure(code, `melange cannot sign the packages: ${reason}`);
	}
}
// src/melange/resign-packages.ts
/** As {@link signApks}, and looks whether each really bears our signature now. Fails with PACKAGE_FAILED or DISK_FULL. */
async function resignPackages({ melange, key, apks, scratch }, ports) {
	await signApks({
		melange,
		key,
		apks,
		temp: scratch
	}, ports);
	for (const apk of apks) if ((await findEntry(apk, () => true).catch(() => void 0))?.name !== `.SIGN.RSA256.${basename(key.publicKey)}`) throw new Failure("PACKAGE_FAILED", `melange ${melange.version} left ${basename(apk)} without our signature`);
}
// src/melange/take-or-build.ts
/**
* As {@link buildPackage}, but a build whose content key is in the store is not run: its apks are taken and signed anew. What is
* built is kept. To be called when all that the file needs of this run is in the repository's index: that is part of the key.
*/
async function takeOrBuild(job, cache, ports) {
	if (cache === void 0) return {
		apks: await buildPackage(job, ports),
		taken: false
	};
	if (cache.blank) return buildBeside(job, cache, ports);
	const facts = await cache.facts(job);
	const key = facts && contentKey(facts);
	const found = key && await takeStored(job, {
		store: cache.store,
		key
	}, ports);
	if (found) {
		ports.log.info(`${titleOf$2(job)}: as built before (${key.slice(0, 12)})`);
		return {
			apks: found,
			taken: true
		};
	}
	const apks = await buildPackage(job, ports);
	if (key) await cache.store.keep(key, apks);
	return {
		apks,
		taken: false
	};
}
/** Builds while the key is found out: it is only needed to keep what comes of it. */
async function buildBeside(job, { facts, store }, ports) {
	const [built, found] = await Promise.allSettled([buildPackage(job, ports), facts(job)]);
	if (built.status === "rejected") throw built.reason;
	if (found.status === "rejected") throw found.reason;
	if (found.value !== void 0) await store.keep(contentKey(found.value), built.value);
	return {
		apks: built.value,
		taken: false
	};
}
async function takeStored(job, { store, key }, ports) {
	const { request, architecture, place } = job;
	const { out, temp } = foldersOf(place);
	const target = join(out, architecture.apk);
	for (const folder of [target, temp]) await mkdir(folder, { recursive: true });
	const apks = await store.find(key, target);
	if (apks === void 0) return void 0;
	try {
		await resignPackages({
			melange: request.melange,
			key: request.key,
			apks,
			scratch: temp
		}, ports);
		return apks;
	} catch (error) {
		if (!(error instanceof Failure) || error.code !== "PACKAGE_FAILED") throw error;
		ports.log.warning(`${titleOf$2(job)} is built anew: ${error.message}`);
		await removeTree(target);
		return;
	}
}
// src/melange/work-order.ts
/**
* Does every work as soon as all that it needs is in the index, that with the longest chain behind it first. An index is written
* only when a free place has nothing better to do: so what was finished meanwhile shares it. A failure stops what needs it,
* nothing else; `isEnd` tells errors after which nothing new is begun.
*/
async function workInOrder(order, isEnd) {
	const { works, jobs } = order;
	const heights = heightsOf(works);
	const heightOf = (work) => heights.get(work) ?? 0;
	const tallest = (some) => some.reduce((best, work) => best === void 0 || heightOf(work) > heightOf(best) ? work : best, void 0);
	const states = new Map(works.map((work) => [work, "waiting"]));
	const errors = /* @__PURE__ */ new Map();
	const skipped = /* @__PURE__ */ new Map();
	const running = /* @__PURE__ */ new Set();
	const inState = (state, lane) => works.filter((work) => states.get(work) === state && (lane === void 0 || work.lane === lane));
	const fail = (failed, error) => {
		const [first] = failed;
		if (first === void 0) return;
		errors.set(first, error);
		for (const work of failed) states.set(work, "failed");
		for (const work of works) {
			const cause = work.needs.find((need) => states.get(need) === "failed");
			if (states.get(work) !== "waiting" || cause === void 0) continue;
			states.set(work, "failed");
			skipped.set(work, skipped.get(cause) ?? cause);
		}
	};
	const run = async (items, phases, task) => {
		const [during, after] = phases;
		for (const work of items) states.set(work, during);
		try {
			await task();
			for (const work of items) states.set(work, after);
		} catch (error) {
			fail(items, error);
		}
	};
	const begin = (items, phases, task) => {
		const done = run(items, phases, task).finally(() => running.delete(done));
		running.add(done);
	};
	const writeIndex = (lane) => {
		const made = inState("made", lane);
		begin(made, ["indexing", "there"], () => order.index(lane, made));
	};
	/** Begins the best thing that can be; false when there is none. */
	const beginOne = () => {
		const busy = new Set(inState("indexing").map(({ lane }) => lane));
		const isReady = (work) => work.needs.every((need) => states.get(need) === "there");
		const isNear = (work) => !busy.has(work.lane) && work.needs.every((need) => ["there", "made"].includes(states.get(need) ?? ""));
		const waiting = inState("waiting");
		const [ready, near] = [tallest(waiting.filter(isReady)), tallest(waiting.filter(isNear))];
		if (near !== void 0 && (ready === void 0 || heightOf(near) > heightOf(ready))) writeIndex(near.lane);
		else if (ready !== void 0) begin([ready], ["running", "made"], () => order.build(ready));
		else return false;
		return true;
	};
	const mayBegin = () => running.size < jobs && ![...errors.values()].some(isEnd);
	for (;;) {
		while (mayBegin() && beginOne()) continue;
		if (running.size === 0) break;
		await Promise.race(running);
	}
	for (const lane of new Set(inState("made").map((work) => work.lane))) writeIndex(lane);
	await Promise.all(running);
	return {
		errors: works.flatMap((work) => errors.has(work) ? [errors.get(work)] : []),
		skipped
	};
}
/** Works in the longest chain of those that need it, itself included. */
function heightsOf(works) {
	const heights = /* @__PURE__ */ new Map();
	for (const work of works.toReversed()) {
		const height = heights.get(work) ?? 1;
		heights.set(work, height);
		for (const need of work.needs) heights.set(need, Math.max(heights.get(need) ?? 1, height + 1));
	}
	return heights;
}
// src/melange/build-packages.ts
/**
* Builds a graph into a signed apk repository: each file for each architecture as soon as all that it needs is in the index, side
* by side. An index has one writer at a time, which takes in all that was finished meanwhile. A failing build stops what needs it, nothing
* else; all failures are told together. Whatever happens, the repository holds whole packages and an index that lists only
* what is there. With a cache, what was built before is taken from it and not built.
*/
async function buildPackages(request, ports, cache) {
	throwIfAny(unsuitedOptions(request));
	const targets = targetsOfNodes(request.graph, request.architectures);
	try {
		const publicKey = await openRepository(request, ports);
		const foreign = await foreignPackages(request);
		const warning = foreignWarning(foreign, request);
		if (warning !== void 0) ports.log.warning(warning);
		const built = await buildAll(worksOf(request, targets, foreign), {
			request,
			cache
		}, ports);
		return {
			folder: request.repository,
			publicKey,
			...built
		};
	} catch (error) {
		throw fileFailure(error, "writing the package repository");
	} finally {
		await replaceDamaged(request);
		await removeTree(request.scratch);
	}
}
/** Lays the public key beside the packages, and indexes anew, with our key, what lies there already. */
async function openRepository(request, ports) {
	const { repository, key, scratch, melange, architectures } = request;
	await mkdir(repository, { recursive: true });
	await mkdir(scratch, {
		recursive: true,
		mode: 448
	});
	const publicKey = publicKeyIn(request);
	await copyFile(key.publicKey, publicKey);
	await chmod(publicKey, 420);
	for (const { apk } of architectures) await adoptPackages({
		melange,
		key,
		folder: join(repository, apk),
		fresh: [],
		scratch
	}, ports);
	return publicKey;
}
async function buildAll(works, { request, cache }, ports) {
	const { melange, key, repository, jobs } = request;
	const made = /* @__PURE__ */ new Map();
	const packages = /* @__PURE__ */ new Map();
	const times = [];
	const build = async (work) => {
		const { file, architecture } = work.job;
		const start = ports.clock.now().getTime();
		const { apks, taken } = await takeOrBuild(work.job, cache, ports);
		const seconds = (ports.clock.now().getTime() - start) / 1e3;
		if (!taken) times.push({
			file: file.file,
			arch: architecture.apk,
			seconds
		});
		const read = await Promise.all(apks.map(readPackage));
		packages.set(work, taken ? read.map((each) => ({
			...each,
			taken
		})) : read);
		made.set(work, apks);
	};
	const index = (lane, finished) => {
		const fresh = finished.flatMap((work) => made.get(work) ?? []);
		const scratch = finished[0]?.job.place ?? "";
		return adoptPackages({
			melange,
			key,
			folder: join(repository, lane),
			fresh,
			scratch
		}, ports);
	};
	const { errors, skipped } = await workInOrder({
		works,
		jobs,
		build,
		index
	}, isEnd);
	throwEnd(errors);
	for (const [{ job }, { job: cause }] of skipped) {
		const text = `not built: ${titleOf$2(job)}, since it needs ${titleOf$2(cause)}, which failed`;
		ports.log.warning(text, job.file.placeOf(["package"]));
	}
	throwIfAny(errors.map(tell).filter((error) => error instanceof Failure));
	return {
		packages: works.flatMap((work) => packages.get(work) ?? []),
		times
	};
}
const tell = (error) => fileFailure(error, "writing the package repository");
/** What no other build would fare better with. */
const ends = /* @__PURE__ */ new Set([
	"CANCELLED",
	"SANDBOX_MISSING",
	"EMULATION_MISSING"
]);
/** After such a failure, and after a bug of ours, nothing more is begun. */
function isEnd(error) {
	const told = tell(error);
	return !(told instanceof Failure) || ends.has(told.code);
}
/** A bug of ours goes first, then what ended all builds, which is told once and is no failure of theirs. */
function throwEnd(errors) {
	const told = errors.map(tell).filter(isEnd);
	const first = told.find((error) => !(error instanceof Failure)) ?? told[0];
	if (first !== void 0) throw first;
}
// src/melange/compile-file.ts
/** Opens `melange compile`, which takes some 50 ms a file. */
function openCompiler(setting, ports) {
	const asked = /* @__PURE__ */ new Map();
	return (file, apk, extra = []) => {
		const question = JSON.stringify([
			file.absolute,
			apk,
			...extra
		]);
		const found = asked.get(question) ?? compile$1({
			file,
			apk,
			extra
		}, setting, ports);
		asked.set(question, found);
		return found;
	};
}
/** Milliseconds for one file, with many beside it. */
const timeLimit$2 = 3e5;
async function compile$1({ file, apk, extra }, setting, ports) {
	const { melange, machine, options } = setting;
	const { varsFile, envFile } = options;
	const [pipelines, ...more] = options.pipelineDirs;
	if (more.length > 0) {
		ports.log.debug(`${file.file}: melange compile takes one pipeline folder only; read without it`);
		return;
	}
	const args = [
		"compile",
		relative(machine.workspace, file.absolute),
		`--arch=${apk}`,
		"--log-level=error",
		"--git-commit=unknown",
		"--git-repo-url=https://unknown/unknown/unknown",
		...pipelines === void 0 ? [] : ["--pipeline-dir", pipelines],
		...envFile === void 0 ? [] : ["--env-file", envFile],
		...varsFile === void 0 || !usesVars(file) ? [] : ["--vars-file", varsFile],
		...extra
	];
	const asked = await ports.processes.ask({
		tool: melange.path,
		args,
		cwd: machine.workspace,
		timeLimit: timeLimit$2
	});
	try {
		if (asked.code === 0) return JSON.parse(asked.stdout);
	} catch {}
	ports.log.debug(`${file.file}: melange compile ended with code ${asked.code}: ${lastLine$1(asked.stderr)}`);
}
// src/melange/apk-index.ts
/** Name of the index in a repository's folder of one architecture. */
const indexFile = "APKINDEX.tar.gz";
/** Reads an index, signed or not; the source is destroyed in the end. Throws when it is none. */
async function readIndexFrom(source) {
	const entry = await findEntryIn(source, (name) => name === "APKINDEX");
	if (entry === void 0) throw new Error("it holds no APKINDEX");
	return parseIndex$1(entry.text);
}
/** As {@link readIndexFrom}, of a file; undefined when it is none, or can't be read. */
async function readIndexFile(file) {
	return readIndexFrom(createReadStream(file)).catch(() => void 0);
}
function parseIndex$1(text) {
	const names = /* @__PURE__ */ new Set();
	const offers = /* @__PURE__ */ new Map();
	let [name, version, checksum] = [
		"",
		"",
		""
	];
	const close = () => {
		if (name !== "") offers.set(`${name} ${version}`, {
			name,
			version,
			checksum
		});
		[name, version, checksum] = [
			"",
			"",
			""
		];
	};
	for (const [, kind, value = ""] of text.matchAll(/^(?:([A-Za-z]):(.*)|)$/gm)) if (kind === void 0) close();
	else if (kind === "P") names.add(name = value);
	else if (kind === "V") version = value;
	else if (kind === "C") checksum = value;
	else if (kind === "p") for (const each of value.split(" ")) names.add(each.replace(/[=<>~].*$/, ""));
	close();
	return {
		names,
		offers: [...offers.values()],
		offer: (wanted, of) => offers.get(`${wanted} ${of}`),
		digest: createHash("sha256").update(text).digest("hex")
	};
}
// src/melange/build-environment.ts
/**
* apko, whose solver melange has inside, is asked for its picks (some 30 ms and no download of packages), once for builds with the same
* environment, and the indexes for their checksums. Without apko, or where it finds no answer, all that the indexes offer decides.
*/
function openEnvironments({ apko, shelf }, { processes }) {
	const asked = /* @__PURE__ */ new Map();
	return async (question) => {
		const { job, complete } = question;
		const own = job.hasRepository ? await readIndexFile(join(ownFolder(job), indexFile)) : void 0;
		if (apko !== void 0 && complete) {
			const config = JSON.stringify({ contents: contentsOf(question) });
			const id = [
				job.architecture.apk,
				own?.digest ?? "",
				config
			].join("\n");
			const found = asked.get(id) ?? ask(apko, {
				job,
				config
			}, processes);
			asked.set(id, found);
			const { code, stdout } = await found;
			const picked = code === 0 ? await withChecksums(stdout, {
				own,
				job,
				shelf
			}) : void 0;
			if (picked !== void 0) return { picked };
		}
		return readIndexes(question, {
			own,
			shelf
		});
	};
}
const ownFolder = ({ request, architecture }) => join(request.repository, architecture.apk);
/** Milliseconds for the answer: apko fetches the indexes of all repositories. */
const timeLimit$1 = 9e5;
async function ask(apko, { job, config }, processes) {
	const { apkCacheDir } = job.request.options;
	const file = join(job.place, "environment.yaml");
	await mkdir(job.place, { recursive: true });
	await writeFile(file, config);
	return processes.ask({
		tool: apko.path,
		cwd: job.request.machine.workspace,
		env: { TMPDIR: job.place },
		timeLimit: timeLimit$1,
		args: [
			"show-packages",
			file,
			"--arch",
			job.architecture.apk,
			"--format",
			"{{.Name}} {{.Version}} {{.Source}}",
			...apkCacheDir === void 0 ? [] : ["--cache-dir", apkCacheDir]
		]
	});
}
function contentsOf({ job, contents }) {
	const { request, hasRepository } = job;
	const { options, repository } = request;
	const own = hasRepository ? {
		repositories: [repository],
		keyring: [publicKeyIn(request)]
	} : void 0;
	return {
		...contents,
		packages: [...entriesOf(contents["packages"]), ...options.packages],
		repositories: [
			...entriesOf(contents["repositories"]),
			...options.repositories,
			...own?.repositories ?? []
		],
		keyring: [
			...entriesOf(contents["keyring"]),
			...options.keyring,
			...own?.keyring ?? []
		]
	};
}
async function withChecksums(stdout, { job, own, shelf }) {
	const picks = [];
	for (const line of stdout.split("\n").filter((text) => text !== "")) {
		const [, name = "", version = "", source = ""] = /^(\S+) (\S+) (.+)$/.exec(line) ?? [];
		const place = dirname(source);
		const pick = (place === ownFolder(job) ? own : await shelf.find(dirname(place), basename(place)))?.offer(name, version);
		if (pick === void 0 || pick.checksum === "") return void 0;
		picks.push(pick);
	}
	return picks;
}
async function readIndexes({ job, contents, needs }, { own, shelf }) {
	const written = ["repositories", "build_repositories"].flatMap((name) => entriesOf(contents[name]));
	const indexes = [];
	for (const each of [...written, ...job.request.options.repositories]) {
		const index = await shelf.find(textOr(each, ""), job.architecture.apk);
		if (index === void 0) return void 0;
		indexes.push(index.digest);
	}
	if (!job.hasRepository) return {
		indexes,
		own: []
	};
	const needed = needs === void 0 ? void 0 : new Set(needs);
	return own && {
		indexes,
		own: own.offers.filter(({ name }) => needed?.has(name) ?? true)
	};
}
// src/melange/compiled-file.ts
const places = /* @__PURE__ */ new Set([
	"repositories",
	"build_repositories",
	"runtime_repositories",
	"keyring",
	"runtime_keyring"
]);
/** Parts a compiled document; undefined when it is none. */
function partCompiled(document) {
	const environment = isRecord$2(document) ? document["environment"] : void 0;
	if (!isRecord$2(document) || !isRecord$2(environment)) return void 0;
	const contents = isRecord$2(environment["contents"]) ? environment["contents"] : {};
	const named = Object.entries(contents).filter(([name]) => !places.has(name));
	return {
		content: {
			...document,
			environment: {
				...environment,
				contents: Object.fromEntries(named)
			}
		},
		contents
	};
}
// src/melange/index-shelf.ts
function openIndexShelf(workspace, ports) {
	const known = /* @__PURE__ */ new Map();
	return { find(repository, architecture) {
		const index = `${repository.replace(/^@\S+\s+/, "").replace(/\/+$/, "")}/${architecture}/${indexFile}`;
		const found = known.get(index) ?? readIndex$1(index, workspace, ports);
		known.set(index, found);
		return found;
	} };
}
async function readIndex$1(index, workspace, ports) {
	try {
		if (/^https?:/.test(index)) return await ports.patience.retry(withoutLogins$1(index), () => fetchIndex(index, ports));
		const file = index.startsWith("file:") ? fileURLToPath(index) : resolve(workspace, index);
		return await readIndexFrom(createReadStream(file));
	} catch (error) {
		if (error instanceof Failure && error.code === "CANCELLED") throw error;
		const reason = error instanceof Error ? error.message : String(error);
		ports.log.debug(withoutLogins$1(`cannot read the index ${index}: ${reason}`));
		return;
	}
}
async function fetchIndex(url, { http, clock }) {
	const { status, headers, body } = await http.send({
		method: "GET",
		url
	});
	if (status === 200) return readIndexFrom(body);
	body.destroy();
	const refused = new Failure("NETWORK_FAILED", `${withoutLogins$1(url)} answers with status ${status}`);
	throw status === 408 || status === 429 || status >= 500 ? new Transient(refused, parseRetryAfter(headers["retry-after"], clock.now())) : refused;
}
// src/melange/ignore-patterns.ts
/**
* What a `.melangeignore` leaves out, by melange's reading of it (zealic/xignore, each pattern alone): a pattern is held against
* the path and the file's name, never against folders, so `dir/` leaves out nothing of a folder, `dir/**` all; `!` says nothing.
*/
function ignoreRule(text) {
	const patterns = text.replace(/^\uFEFF/, "").split(/\r?\n/).filter((line) => !line.startsWith("#")).map((line) => line.replace(/ +$/, "").replace(/^!/, "").replace(/ +$/, "")).filter((line) => line !== "").flatMap((line) => expressionOf(cleaned(line)));
	return (path) => patterns.some((pattern) => pattern.test(`/${path}`) || pattern.test(posix.basename(path)));
}
/** As Go's filepath.Clean. */
function cleaned(pattern) {
	const normal = posix.normalize(pattern);
	return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}
/** None for a pattern that is no expression: melange stops at it by itself. */
function expressionOf(pattern) {
	const parts = pattern.matchAll(/\*\*\/?|\*|\?|\\.?|[.$]|[^*?\\.$]+/gsu);
	let text = pattern.startsWith("/") ? "^" : "^/?";
	for (const { 0: part, index } of parts) {
		const last = index + part.length === pattern.length;
		if (part.startsWith("**")) text += last ? ".*" : "(.*/)?";
		else if (part === "*") text += "[^/]*";
		else if (part === "?") text += "[^/]";
		else if (part.startsWith("\\")) text += part.length > 1 ? part : "\\\\";
		else text += part === "." || part === "$" ? `\\${part}` : part;
	}
	try {
		return [new RegExp(`${text}$`)];
	} catch {
		return [];
	}
}
// src/melange/source-content.ts
const readersAtMost = 8;
/**
* What a build finds in its workspace of a source folder: files with their modes, links, without what `.melangeignore` and
* `leftOut` (absolute paths) name. `.git`, which differs from clone to clone, stands for the commit that is checked out.
* Throws what the file system throws.
*/
async function readSourceContent(folder, leftOut) {
	const [isIgnored, left] = [ignoreRule(await readFile(join(folder, ".melangeignore"), "utf8").catch(() => "")), new Set(leftOut)];
	const found = [];
	const walk = async (below) => {
		for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
			const path = below === "" ? entry.name : `${below}/${entry.name}`;
			if (left.has(join(folder, path))) continue;
			if (path === ".git") found.push({
				path: ".git/HEAD",
				entry
			});
			else if (entry.isDirectory()) await walk(path);
			else if (entry.isFile() || entry.isSymbolicLink()) found.push({
				path,
				entry
			});
		}
	};
	await walk("");
	return (await sideBySide(found.filter(({ path }) => !isIgnored(path)), readersAtMost, ({ path, entry }) => readEntry(folder, path, entry))).flatMap((result) => {
		if (result.status === "rejected") throw result.reason;
		return result.value;
	});
}
async function readEntry(folder, path, entry) {
	if (path === ".git/HEAD") return entry.isDirectory() ? [{
		path: ".git",
		commit: await headOf(join(folder, ".git"))
	}] : [];
	const file = join(folder, path);
	if (entry.isSymbolicLink()) return [{
		path,
		link: await readlink(file)
	}];
	const { mode } = await lstat(file);
	return [{
		path,
		mode: mode & 511,
		sha256: await sha256OfFile(file)
	}];
}
/** Commit that is checked out; what HEAD says when there is none yet. */
async function headOf(git) {
	const text = (path) => readFile(join(git, path), "utf8").catch(() => "");
	const head = (await text("HEAD")).trim();
	const ref = /^ref: (refs\/[^\s]+)$/.exec(head)?.[1];
	if (ref === void 0 || ref.includes("..")) return head;
	const loose = (await text(ref)).trim();
	if (loose !== "") return loose;
	return (await text("packed-refs")).split("\n").find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? head;
}
// src/melange/content-facts.ts
/** Opens the facts of a run: what jobs share (source folders, indexes) is read once. */
function openContentFacts(setting, ports) {
	const { request, apko, stamps, needsOf } = setting;
	const { options, melange, machine } = request;
	const { compile = openCompiler(request, ports), shelf = openIndexShelf(machine.workspace, ports) } = setting;
	const readEnvironment = openEnvironments({
		apko,
		shelf
	}, ports);
	const readSource = onceFor((folder) => readSourceContent(folder, leftOut(request)));
	const readFolder = onceFor((folder) => readSourceContent(folder, []));
	const hidden = options.extraArgs.some((arg) => namesMore.test(arg));
	let key;
	const read = async (job) => {
		const { file, architecture } = job;
		const compiled = partCompiled(await compile(file, architecture.apk, options.extraArgs));
		const environment = await readEnvironment({
			job,
			contents: compiled?.contents ?? contentsAsWritten(file.value),
			complete: compiled !== void 0,
			needs: compiled === void 0 ? void 0 : needsOf?.(job)
		});
		if (environment === void 0) return void 0;
		return {
			name: file.name,
			architecture: architecture.apk,
			instructions: compiled === void 0 ? await asWritten(job, readFolder) : { compiled: compiled.content },
			source: await readSource(options.sourceDir ?? file.folder),
			environment,
			hasRepository: job.hasRepository,
			...options.namespace === void 0 ? {} : { namespace: options.namespace },
			packages: options.packages,
			extraArgs: options.extraArgs,
			key: await (key ??= keyOf(request)),
			melange: {
				version: melange.version,
				sha256: melange.sha256
			},
			stamps
		};
	};
	return async (job) => {
		if (hidden) return void 0;
		return read(job).catch((error) => {
			throw fileFailure(error, `reading what ${job.file.file} is built from`);
		});
	};
}
/** Extra arguments that bring in files and repositories which we would not see. */
const namesMore = /^(-[rk]|--(repository-append|keyring-append|package-append|cache-source|env-file|vars-file|pipeline-dirs?)(=|$))/;
/** What no build is made of, though it may lie in a source folder. The melange files themselves count as instructions. */
function leftOut({ files, options, repository, scratch, key }) {
	return [
		...options.exclude,
		...files.map(({ absolute }) => absolute),
		repository,
		scratch,
		dirname(key.privateKey),
		key.privateKey
	];
}
async function asWritten({ request, file }, readFolder) {
	const { envFile, varsFile, pipelineDirs } = request.options;
	return {
		file: await sha256OfFile(file.absolute),
		...varsFile === void 0 || !usesVars(file) ? {} : { varsFile: await sha256OfFile(varsFile) },
		...envFile === void 0 ? {} : { envFile: await sha256OfFile(envFile) },
		pipelines: await Promise.all(pipelineDirs.map(readFolder))
	};
}
function contentsAsWritten(value) {
	const environment = isRecord$2(value) ? value["environment"] : void 0;
	const contents = isRecord$2(environment) ? environment["contents"] : void 0;
	return isRecord$2(contents) ? contents : {};
}
async function keyOf({ key }) {
	if (key.throwAway) return "throw-away";
	return createHash("sha256").update((await readFile(key.publicKey, "utf8")).trim()).digest("hex");
}
function onceFor(read) {
	const known = /* @__PURE__ */ new Map();
	return (folder) => {
		const found = known.get(folder) ?? read(folder);
		known.set(folder, found);
		return found;
	};
}
// src/melange/needed-names.ts
/** For each build of a graph, names of packages of the same graph that its environment may install. */
function neededNames({ nodes }) {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	return ({ file }) => byId.get(file.file)?.needs.flatMap((id) => byId.get(id)?.packages ?? []) ?? [];
}
// src/melange/compiled-recipe.ts
/**
* Recipes as melange itself compiles them, where the file alone does not tell all: pipelines bring packages along, variables are
* transformed or come from a file. What melange can't compile stays as the file declares it; its build tells why.
*/
async function compileRecipes(recipes, request) {
	return (await sideBySide(recipes, request.jobs, async (recipe) => needsMelange(recipe, recipes.length, request.options) ? compile(recipe, request) : recipe)).map((result) => {
		if (result.status === "rejected") throw result.reason;
		return result.value;
	});
}
/** Whether any of the recipes is not told by its file alone. */
function needMelange(recipes, options) {
	return recipes.some((recipe) => needsMelange(recipe, recipes.length, options));
}
/** Packages of pipelines matter for the order alone, so not when there is one file. */
function needsMelange(recipe, files, options) {
	const bringsAlong = files > 1 && textOfFile(recipe).includes("\"uses\":");
	return isUnsure(recipe) || usesVarsFile(recipe, options) || bringsAlong;
}
async function compile(recipe, request) {
	const { file } = recipe;
	const differs = textOfFile(recipe).includes("build.arch") || request.options.pipelineDirs.length > 0;
	const targets = request.architectures.filter(({ apk }) => file.architectures.length === 0 || file.architectures.includes(apk));
	const compiled = [];
	for (const { apk } of differs ? targets : targets.slice(0, 1)) {
		const value = await request.compile(file, apk);
		if (value === void 0) return recipe;
		compiled.push(declaredRecipe({
			...file,
			...identityOf(value, recipe),
			value: withoutPipelines(value)
		}));
	}
	return merge(recipe, compiled);
}
const textOfFile = ({ file }) => JSON.stringify(file.value ?? "");
function usesVarsFile({ file }, { varsFile }) {
	return varsFile !== void 0 && usesVars(file);
}
/** Name and version may hold what only melange fills in. */
function identityOf(value, { file }) {
	const made = isRecord$2(value) && isRecord$2(value["package"]) ? value["package"] : {};
	return {
		name: textOr(made["name"], file.name),
		version: textOr(made["version"], file.version)
	};
}
/** melange has gathered what the steps need; what is left in them is of steps that it leaves out. */
function withoutPipelines(value) {
	if (!isRecord$2(value)) return value;
	const strip = (part) => isRecord$2(part) ? {
		...part,
		if: void 0,
		pipeline: void 0,
		...isRecord$2(part["test"]) && { test: strip(part["test"]) }
	} : part;
	const whole = strip(value);
	return {
		...isRecord$2(whole) && whole,
		subpackages: entriesOf(value["subpackages"]).map(strip)
	};
}
/** One recipe for all architectures; places are those of the file, since the compiled text has none. */
function merge(declared, compiled) {
	const [first = declared] = compiled;
	const packages = new Map(compiled.flatMap((each) => each.packages).map((made) => [made.name, made]));
	const runtimes = declared.packages.flatMap(({ runtime }) => runtime);
	return {
		...first,
		file: declared.file,
		packages: [...packages.values()].map((made) => ({
			...made,
			runtime: made.runtime.map(placedBy(runtimes))
		})),
		needs: merged(compiled.map(({ needs }) => needs)).map(placedBy(declared.needs, ["pipeline"])),
		tests: merged(compiled.map(({ tests }) => tests)).map(placedBy(declared.tests, ["test"]))
	};
}
/** Each text once; what not every architecture has is there sometimes. */
function merged(lists) {
	return [...new Map(lists.flat().map((mention) => [mention.text, mention])).values()].map((mention) => lists.every((list) => list.some(({ text }) => text === mention.text)) ? mention : {
		...mention,
		sometimes: true
	});
}
/** Where the file writes the text, as far as that can be told; else where what brings it along stands. */
function placedBy(written, otherwise) {
	return (mention) => {
		const found = written.find(({ text }) => text === mention.text) ?? written.find(({ text }) => hasSubstitution(text) && patternOf(text).test(mention.text)) ?? written.find(({ path }) => path.join(".") === mention.path.join("."));
		return {
			...mention,
			path: found?.path ?? otherwise ?? mention.path
		};
	};
}
function patternOf(text) {
	const parts = text.split(/\$\{\{.*?\}\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`^${parts.join(".*")}$`);
}
// src/melange/graph-clashes.ts
/** Packages of one name and version that two files would make for the same architecture: CONFIG_INVALID each. */
function clashesOf(recipes) {
	const failures = [];
	const makers = /* @__PURE__ */ new Map();
	for (const recipe of recipes) {
		const titles = new Set(recipe.packages.map(({ name, version }) => `${name} ${version}`));
		for (const title of titles) {
			const known = makers.get(title) ?? [];
			const other = known.find((each) => sharesArchitecture(each, recipe));
			if (other !== void 0) failures.push(clash$1(title, other, recipe));
			makers.set(title, [...known, recipe]);
		}
	}
	return failures;
}
function sharesArchitecture({ file: a }, { file: b }) {
	if (a.architectures.length === 0 || b.architectures.length === 0) return true;
	return a.architectures.some((name) => b.architectures.includes(name));
}
function clash$1(title, { file: first }, { file }) {
	const at = file.placeOf(["package", "name"]);
	return new Failure("CONFIG_INVALID", `${file.file}:${at.line}:${at.column}: makes ${title}, which ${first.file} makes as well`, {
		at,
		hint: "Give one of them another name, version or epoch, or leave one of the files out."
	});
}
// src/melange/graph-levels.ts
/**
* The least level of each node: 0 for one that needs none, else one more than the highest of those that it needs. Nodes of a
* cycle, and those that need one, have none. Needs that are no nodes do not count.
*/
function levelsOf(needs) {
	const levels = /* @__PURE__ */ new Map();
	const missing = /* @__PURE__ */ new Map();
	const needed = /* @__PURE__ */ new Map();
	for (const [id, list] of needs) {
		const known = [...new Set(list)].filter((each) => needs.has(each));
		missing.set(id, known.length);
		for (const each of known) {
			const by = needed.get(each);
			if (by === void 0) needed.set(each, [id]);
			else by.push(id);
		}
	}
	let round = [...missing].flatMap(([id, count]) => count === 0 ? [id] : []);
	for (let level = 0; round.length > 0; level += 1) {
		const next = [];
		for (const id of round) {
			levels.set(id, level);
			for (const by of needed.get(id) ?? []) {
				const left = (missing.get(by) ?? 0) - 1;
				missing.set(by, left);
				if (left === 0) next.push(by);
			}
		}
		round = next;
	}
	return levels;
}
// src/melange/graph-cycles.ts
/**
* Cycles that have no node in common, such that none is left once one node of each is taken out; a short one of each ring,
* beginning with the node that was given first.
*/
function findCycles(needs, levels) {
	const cycles = [];
	let left = new Map([...needs].filter(([id]) => !levels.has(id)));
	while (left.size > 0) {
		const [start = ""] = left.keys();
		const ring = new Set(ringFrom(start, left));
		const cycle = shortestCycle([...left.keys()].find((id) => ring.has(id)) ?? start, left);
		cycles.push(cycle);
		const rest = new Map([...left].filter(([id]) => !cycle.includes(id)));
		const settled = levelsOf(rest);
		left = new Map([...rest].filter(([id]) => !settled.has(id)));
	}
	return cycles;
}
/** Nodes of some cycle: every node that is left needs another that is left. */
function ringFrom(start, left) {
	const path = [];
	const seen = /* @__PURE__ */ new Map();
	for (let at = start; at !== void 0;) {
		const before = seen.get(at);
		if (before !== void 0) return path.slice(before);
		seen.set(at, path.length);
		path.push(at);
		at = left.get(at)?.find((id) => left.has(id));
	}
	return path;
}
function shortestCycle(first, left) {
	const from = /* @__PURE__ */ new Map();
	const queue = [first];
	for (const at of queue) for (const next of left.get(at) ?? []) {
		if (next === first) return wayTo(at, from);
		if (!left.has(next) || from.has(next)) continue;
		from.set(next, at);
		queue.push(next);
	}
	return [first];
}
function wayTo(end, from) {
	const way = [];
	for (let at = end; at !== void 0; at = from.get(at)) way.unshift(at);
	return way;
}
/** CONFIG_INVALID on the line that closes the cycle: the last file's mention of what the first one makes. */
function cycleFailure(cycle, reached) {
	const ring = cycle.flatMap((id) => reached.get(id) ?? []);
	const [first, last] = [ring[0], ring.at(-1)];
	if (first === void 0 || last === void 0) throw new Error("a cycle of nothing");
	const links = ring.map((reach, index) => linkText(reach, ring[index + 1] ?? first));
	const { mention } = wayOf(last, first);
	const at = last.recipe.file.placeOf(mention.path);
	const where = `${at.file}:${at.line}:${at.column}`;
	const text = `packages need each other to be built: ${[first.recipe.file.name, ...links].join(" needs ")}`;
	return new Failure("CONFIG_INVALID", `${where}: ${text}`, {
		at,
		hint: `Take ${JSON.stringify(mention.text)} out here, or move what both sides need into a package of its own.`
	});
}
function linkText(from, to) {
	const { through } = wayOf(from, to);
	const { name } = to.recipe.file;
	return through === void 0 ? name : `${name} (which is installed along with ${through})`;
}
function wayOf(from, to) {
	const way = from.needs.get(to.recipe.file.file);
	if (way === void 0) throw new Error("a cycle without a way");
	return way;
}
// src/melange/dependency.ts
/** Reads a dependency; undefined for one that keeps a package away (`!name`). */
function readDependency(text) {
	const [, name = "", operator = "", version = ""] = /^([^=<>~@]+)([=<>~]*)([^@]*)/.exec(text.trim()) ?? [];
	if (name === "" || name.startsWith("!")) return void 0;
	return {
		name,
		operator: operator.includes("~") ? "~" : operator,
		version
	};
}
/** Whether a package or a provided name of that version will do; what can't be compared will, since melange decides. */
function isSatisfied({ operator, version: wanted }, version) {
	if (operator === "" || !isComparable(wanted) || !isComparable(version)) return true;
	if (operator === "~") return version.startsWith(wanted) && !/^\d/.test(version.slice(wanted.length));
	const order = compareVersions(version, wanted);
	return operator.includes("=") && order === 0 || operator.includes("<") && order < 0 || operator.includes(">") && order > 0;
}
function isComparable(version) {
	return isPackageVersion(version.replace(/-r\d+$/, ""));
}
// src/melange/providers.ts
function findProviders(recipes) {
	const [named, provided] = [/* @__PURE__ */ new Map(), /* @__PURE__ */ new Map()];
	const add = (map, name, offer) => {
		const known = map.get(name);
		if (known === void 0) map.set(name, [offer]);
		else known.push(offer);
	};
	for (const recipe of recipes) for (const made of recipe.packages) {
		add(named, made.name, {
			recipe,
			made,
			versions: [made.version]
		});
		for (const text of made.provides) {
			const entry = readDependency(text);
			if (entry !== void 0) add(provided, entry.name, {
				recipe,
				made,
				versions: [entry.version, made.version]
			});
		}
	}
	const offersOf = (name) => named.get(name) ?? provided.get(name) ?? [];
	return {
		find: (wanted) => {
			const suits = ({ versions }) => versions.some((version) => version !== "" && isSatisfied(wanted, version));
			const suited = (named.get(wanted.name) ?? []).filter(suits);
			return suited.length > 0 ? suited : (provided.get(wanted.name) ?? []).filter(suits);
		},
		ofAnyVersion: offersOf,
		get names() {
			return /* @__PURE__ */ new Set([...named.keys(), ...provided.keys()]);
		}
	};
}
// src/melange/reach.ts
/** Follows what a file's environments install, and what that installs along with it, over all files. */
function reachOf(recipe, providers) {
	const build = walk$1({
		recipe,
		providers,
		mentions: recipe.needs,
		repositories: recipe.repositories
	});
	const testRepositories = [...recipe.testRepositories, ...recipe.repositories];
	const tests = walk$1({
		recipe,
		providers,
		mentions: recipe.tests,
		repositories: testRepositories,
		own: true
	});
	const along = walk$1({
		recipe,
		providers,
		mentions: recipe.packages.flatMap((made) => made.runtime),
		repositories: [],
		own: true
	});
	const others = (ways) => [...ways.keys()].filter((id) => id !== recipe.file.file);
	return {
		recipe,
		needs: build.ways,
		runtime: others(along.ways),
		tests: others(tests.ways),
		external: [...build.external, ...tests.external]
	};
}
function walk$1(wish) {
	const { recipe } = wish;
	const ways = /* @__PURE__ */ new Map();
	const external = /* @__PURE__ */ new Map();
	const seen = /* @__PURE__ */ new Set();
	const steps = wish.mentions.map((mention) => ({
		by: recipe,
		mention,
		first: mention,
		through: void 0
	}));
	for (const step of steps) {
		const wanted = hasSubstitution(step.mention.text) ? void 0 : readDependency(step.mention.text);
		if (wanted === void 0) continue;
		const found = usable(step, wanted, wish);
		if (found.length === 0) {
			const { by, mention } = step;
			external.set(`${by.file.file} ${mention.path.join(".")}`, outside(step, wanted, wish));
		}
		for (const { recipe: reached, made } of found) {
			if (!ways.has(reached.file.file)) ways.set(reached.file.file, {
				mention: step.first,
				through: step.through
			});
			if (seen.has(made)) continue;
			seen.add(made);
			const through = step.through ?? made.name;
			steps.push(...made.runtime.map((mention) => ({
				by: reached,
				mention,
				first: step.first,
				through
			})));
		}
	}
	return {
		ways,
		external: [...external.values()]
	};
}
/** What a file's own environment names is not the package that it is about to make. */
function usable({ by, through }, wanted, { recipe, providers, own }) {
	const found = providers.find(wanted);
	return by === recipe && through === void 0 && own !== true ? found.filter((each) => each.recipe !== recipe) : found;
}
function outside({ by, mention }, { name }, { providers, repositories }) {
	const others = providers.ofAnyVersion(name);
	const base = {
		name,
		mention,
		file: by.file,
		repositories
	};
	if (others.length === 0) return base;
	const texts = others.map(({ recipe, made }) => recipe === by ? "only this one makes it" : `${recipe.file.file} makes ${made.version}`);
	return {
		...base,
		unsuited: [...new Set(texts)].join(", ")
	};
}
// src/melange/graph.ts
/**
* The graph of the recipes, and all that is wrong with it: CONFIG_INVALID on the line that closes each cycle, and for packages
* that two files make. Files of a cycle are not among the nodes, nor is what needs them. Pure.
*/
function makeGraph(recipes) {
	const providers = findProviders(recipes);
	const reached = new Map(recipes.map((recipe) => [recipe.file.file, reachOf(recipe, providers)]));
	const needs = new Map([...reached].map(([id, { needs: files }]) => [id, [...files.keys()]]));
	const levels = levelsOf(needs);
	const cycles = findCycles(needs, levels);
	return {
		graph: { nodes: recipes.flatMap((recipe) => {
			const id = recipe.file.file;
			const [level, reach] = [levels.get(id), reached.get(id)];
			return level === void 0 || reach === void 0 ? [] : [nodeOf(recipe, level, reach)];
		}).sort((a, b) => a.level - b.level) },
		failures: [...clashesOf(recipes), ...cycles.map((cycle) => cycleFailure(cycle, reached))]
	};
}
function nodeOf({ file, packages }, level, reach) {
	return {
		id: file.file,
		file,
		packages: packages.map(({ name }) => name),
		level,
		needs: [...reach.needs.keys()],
		runtime: reach.runtime,
		tests: reach.tests,
		external: reach.external
	};
}
// src/melange/unresolved-names.ts
/**
* Names that neither the files nor the repositories have: PACKAGE_UNRESOLVED each, on its line, with the nearest name. Where one of
* an environment's repositories can't be read, or none is named, nothing is said.
*/
async function findUnresolved(check) {
	const missing = /* @__PURE__ */ new Map();
	for (const node of check.graph.nodes) {
		const targets = check.architectures.filter(({ apk }) => node.file.architectures.length === 0 || node.file.architectures.includes(apk));
		for (const external of node.external.filter(({ mention }) => mention.sometimes === void 0)) for (const { apk } of targets) {
			const known = await lookUp(external, apk, check);
			if (known === void 0) continue;
			const key = `${external.file.file} ${external.mention.path.join(".")}`;
			const before = missing.get(key);
			missing.set(key, {
				external,
				known,
				on: [...before?.on ?? [], apk],
				of: targets.length
			});
		}
	}
	const made = check.graph.nodes.flatMap(({ packages }) => packages);
	return [...missing.values()].map((each) => unresolved(each, made));
}
/** Undefined when a repository has the name, or that can't be known; else all names of the repositories. */
async function lookUp({ name, repositories }, apk, check) {
	if (name.startsWith("/")) return void 0;
	if ((await check.shelf.find(check.own, apk))?.names.has(name)) return void 0;
	const known = [];
	for (const repository of /* @__PURE__ */ new Set([...repositories, ...check.repositories])) {
		const index = await check.shelf.find(repository, apk);
		if (index === void 0 || index.names.has(name)) return void 0;
		known.push(index.names);
	}
	return known.length === 0 ? void 0 : known;
}
function unresolved({ external, known, on, of }, made) {
	const { mention, file, unsuited } = external;
	const at = file.placeOf(mention.path);
	const where = on.length === of ? "" : ` for ${on.join(", ")}`;
	const what = unsuited === void 0 ? `neither these files nor the repositories have${where}` : `the repositories do not have${where}; of these files, ${unsuited}`;
	const text = `${JSON.stringify(mention.text)} is a package that ${what}`;
	const message = `${at.file}:${at.line}:${at.column}: ${text}`;
	return new Failure("PACKAGE_UNRESOLVED", message, {
		at,
		hint: hintFor({
			external,
			known
		}, made)
	});
}
function hintFor({ external: { name, unsuited }, known }, made) {
	if (unsuited !== void 0) return "Ask for a version that there is, or add a repository that has it.";
	const near = nearest(name, likely(name, [made, ...known]));
	const otherwise = "Check the name, and that a repository (environment.contents.repositories, \"repository-append\") has it.";
	if (near !== void 0) return `Did you mean ${JSON.stringify(near)}?`;
	if (!/^(so|cmd|pc):/.test(name)) return otherwise;
	return `${otherwise} When one of these files makes it, let it say so in "dependencies.provides": the order is known before anything is built.`;
}
/** Names of a length that a slip could have led from. */
function* likely(name, sources) {
	const slack = Math.max(2, Math.floor(name.length / 3));
	for (const names of sources) for (const each of names) if (Math.abs(each.length - name.length) <= slack) yield each;
}
// src/melange/resolve-graph.ts
/** The graph that the files declare. Pure; see {@link makeGraph} for the failures. */
function declaredGraph(files) {
	return makeGraph(files.map(declaredRecipe));
}
/** Whether only melange can tell what some of the files make and need. */
function asksMelange(files, options) {
	return needMelange(files.map(declaredRecipe), options);
}
/**
* The graph with what only melange can tell, every name looked up in the repositories.
* Fails with CONFIG_INVALID for cycles, PACKAGE_UNRESOLVED for names that nobody has; nothing was built by then.
*/
async function resolveGraph(request, ports) {
	const { files, architectures, melange, options, repository: own, machine } = request;
	const { shelf = openIndexShelf(machine.workspace, ports) } = request;
	const compile = request.compile ?? (melange && openCompiler({
		...request,
		melange
	}, ports));
	const declared = files.map(declaredRecipe);
	const { graph, failures } = makeGraph(compile ? await compileRecipes(declared, {
		...request,
		compile
	}) : declared);
	const check = {
		graph,
		architectures,
		repositories: options.repositories,
		own,
		shelf
	};
	throwIfAny([...failures, ...await findUnresolved(check)]);
	return graph;
}
// src/melange/private-key.ts
const leastBits$1 = 2048;
const hint$1 = "Give the PEM text of an RSA private key, as `melange keygen` or `openssl genrsa 4096` writes it.";
/**
* Reads the text of a private key, mending what happens to secrets on their way (CRLF, `\n` as two characters, blanks for
* line ends). Fails with KEY_INVALID that names what it is instead; never with any part of it.
*/
function readPrivateKey(text) {
	const key = decode(findBlock(text));
	if (key.asymmetricKeyType !== "rsa") throw invalid$3(`is a ${key.asymmetricKeyType} key, not RSA`);
	const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
	if (bits < leastBits$1) throw invalid$3(`is an RSA key of ${bits} bits; ${leastBits$1} is the least`);
	return {
		privateKey: key.export({
			type: "pkcs1",
			format: "pem"
		}).toString(),
		publicKey: createPublicKey(key).export({
			type: "spki",
			format: "pem"
		}).toString()
	};
}
function findBlock(text) {
	const plain = text.replaceAll(/\\r|\r/g, "").replaceAll(String.raw`\n`, "\n");
	const blocks = [...plain.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/gs)].map(([, label = "", body = ""]) => ({
		label,
		body
	}));
	const block = blocks.find(({ label }) => label.endsWith("PRIVATE KEY")) ?? blocks[0];
	if (block === void 0) throw invalid$3(withoutBlock(plain));
	const other = otherThanPrivate(block);
	if (other !== void 0) throw invalid$3(other);
	return block;
}
function withoutBlock(text) {
	const trimmed = text.trim();
	if (trimmed === "") return "is empty";
	if (/^(ssh-|ecdsa-)/.test(trimmed)) return "is a public key (of SSH), not a private one";
	if (trimmed.includes("-----BEGIN")) return "is cut off: its last line, \"-----END … PRIVATE KEY-----\", is missing";
	if (Buffer.from(trimmed, "base64").toString("latin1").startsWith("-----BEGIN")) return "is the base64 of a PEM text, not the PEM text itself";
	return "is not a PEM text: it has no line \"-----BEGIN … PRIVATE KEY-----\"";
}
function otherThanPrivate({ label, body }) {
	if (label.endsWith("PUBLIC KEY")) return "is a public key; the private one is needed";
	if (label.endsWith("CERTIFICATE")) return "is a certificate, not a private key";
	if (label === "ENCRYPTED PRIVATE KEY" || body.includes("ENCRYPTED")) return "is encrypted; melange has no way to ask for its passphrase";
	if (label === "OPENSSH PRIVATE KEY") return "is in OpenSSH's own format; `ssh-keygen -p -m PEM -f <file>` rewrites it as PEM";
	return label.endsWith("PRIVATE KEY") ? void 0 : `is a PEM text of another kind (${label})`;
}
function decode({ label, body }) {
	const base64 = body.replaceAll(/\s+/g, "").replaceAll(/(.{64})/g, "$1\n");
	try {
		return createPrivateKey(`-----BEGIN ${label}-----\n${base64.trimEnd()}\n-----END ${label}-----\n`);
	} catch (cause) {
		throw invalid$3("is damaged: what its PEM text holds cannot be decoded", cause);
	}
}
function invalid$3(what, cause) {
	return new Failure("KEY_INVALID", `signing-key ${what}`, {
		hint: hint$1,
		cause
	});
}
// src/melange/signing-key.ts
/**
* Lays the key pair down in its folder (mode 700, files 600), which is wiped after the job.
* Fails with KEY_INVALID when the user's key is not usable, TOOL_FAILED when melange makes none.
*/
async function openSigningKey(wish, melange, ports) {
	const given = wish.pem === void 0 ? void 0 : checkGiven(wish.pem, ports);
	await makeFolder$1(wish.folder, ports);
	const privateKey = join(wish.folder, wish.name);
	const publicKey = `${privateKey}.pub`;
	if (given === void 0) await generate(privateKey, melange, ports);
	else await writePair(privateKey, given);
	return {
		privateKey,
		publicKey,
		throwAway: given === void 0
	};
}
function checkGiven(pem, { secrets }) {
	secrets.mask(pem);
	const texts = readPrivateKey(pem);
	secrets.mask(texts.privateKey);
	return texts;
}
async function makeFolder$1(folder, { secrets }) {
	await secrets.wipeLater(folder);
	await mkdir(folder, {
		recursive: true,
		mode: 448
	});
	await chmod(folder, 448);
	if ((await readdir(folder)).length > 0) throw new Error(`the folder for the signing key is not fresh: ${folder}`);
}
async function writePair(privateKey, texts) {
	await writeFile(privateKey, texts.privateKey, {
		mode: 384,
		flag: "wx"
	});
	await writeFile(`${privateKey}.pub`, texts.publicKey, {
		mode: 384,
		flag: "wx"
	});
}
/** `melange keygen` writes mode 644 whatever the umask; the folder is closed to others. */
async function generate(privateKey, melange, { processes, secrets }) {
	const made = await processes.ask({
		tool: melange.path,
		args: ["keygen", privateKey],
		input: "",
		timeLimit: 3e5
	});
	if (made.code !== 0) {
		const reason = lastLine$1(`${made.stdout}\n${made.stderr}`);
		throw new Failure("TOOL_FAILED", `melange keygen ended with code ${made.code}: ${reason}`);
	}
	await chmod(privateKey, 384);
	await chmod(`${privateKey}.pub`, 384);
	const texts = readPrivateKey(await readFile(privateKey, "utf8"));
	secrets.mask(texts.privateKey);
}
// src/pipeline/cache-policy.ts
/**
* Decides on the cache; pure. `auto` keeps it from releases, which shall hold nothing that an earlier run could have slipped in,
* and from code of strangers, which could slip something in for runs to come.
*/
function decideCache(wish, context) {
	if (wish !== "auto") return { use: wish === "true" };
	const reason = releaseReason(context) ?? strangerReason(context);
	if (reason === void 0) return { use: true };
	return {
		use: false,
		notice: `Everything is built anew, without the cache: ${reason}. With "cache: true" it would be used all the same.`
	};
}
/** Whether the run is for a release or a tag. */
function isRelease(context) {
	return releaseReason(context) !== void 0;
}
function releaseReason({ event, ref }) {
	if (event === "release") return "this run is for a release";
	const tag = /^refs\/tags\/(.+)$/.exec(ref ?? "")?.[1];
	return tag === void 0 ? void 0 : `this run is for the tag ${tag}`;
}
/** Events that run with the rights, and the cache, of the default branch on what others bring. */
const foreign = /* @__PURE__ */ new Set([
	"pull_request_target",
	"workflow_run",
	"issue_comment"
]);
function strangerReason({ event, stranger }) {
	if (event !== void 0 && foreign.has(event)) return `on the event ${event} the code may be a stranger's, the cache is that of the default branch`;
	return stranger === true ? "the pull request is of a fork or of Dependabot" : void 0;
}
// src/pipeline/build-options.ts
/** What the inputs ask of melange. */
function buildOptions(inputs, { output, downloads }, { machine, context, secrets }) {
	const at = (path) => URL.canParse(path) ? path : resolve(machine.workspace, path);
	const repositoryAt = (text) => text.replace(/\S+$/, at);
	const optional = (name) => {
		const path = inputs[name];
		return path === void 0 ? void 0 : at(path);
	};
	return {
		...defined({
			sourceDir: optional("source-dir"),
			envFile: optional("env-file"),
			varsFile: optional("vars-file"),
			namespace: inputs.namespace,
			gitCommit: context.commit,
			gitRepoUrl: context.repository === void 0 ? void 0 : `https://github.com/${context.repository}`
		}),
		pipelineDirs: inputs["pipeline-dir"].map(at),
		keyring: inputs["keyring-append"].map(at),
		repositories: [...inputs["repository-append"], ...inputs["build-repository-append"]].map(repositoryAt),
		packages: [],
		apkCacheDir: downloads,
		extraArgs: inputs["melange-args"],
		exclude: [
			output,
			machine.temp,
			...secrets.hiddenFiles
		]
	};
}
/**
* The stamps that a package taken from the store must bear: the time when it was given, and in a release the commit and its time as
* well. Otherwise it names the commit that it was built at (docs/decisions/0009-content-keys.md).
*/
function wantedStamps(inputs, { gitCommit, gitRepoUrl }, { context }) {
	const given = inputs["source-date-epoch"];
	if (!isRelease(context)) return defined({ sourceDateEpoch: given });
	return defined({
		sourceDateEpoch: given ?? context.commitTime,
		gitCommit,
		gitRepoUrl
	});
}
/** The entries that have a value. */
function defined(values) {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== void 0));
}
// src/pipeline/default-jobs.ts
const memoryOfOne = 2 * 1024 ** 3;
/** Where a container sees its own limit (cgroup v2): bytes, or `max`. */
const limitFile = "/sys/fs/cgroup/memory.max";
/** Builds that run side by side when nobody says: one per core, as long as each has 2 GiB of memory; at least one. */
function jobsFor({ cores, memory }) {
	return Math.max(1, Math.min(cores, Math.floor(memory / memoryOfOne)));
}
/** {@link jobsFor} this machine, or for the share of it that a container has. */
async function defaultJobs() {
	const limit = Number(await readFile(limitFile, "utf8").catch(() => "max"));
	const memory = Number.isNaN(limit) ? totalmem() : Math.min(limit, totalmem());
	return jobsFor({
		cores: availableParallelism(),
		memory
	});
}
// src/pipeline/graph-of-record.ts
/** The graph as the record keeps it. */
function graphOfRecord({ nodes }) {
	return { nodes: nodes.map(({ id, file, level, needs, runtime, tests }) => ({
		file: id,
		package: file.name,
		level,
		needs,
		runtime,
		tests
	})) };
}
// src/melange/emulation.ts
const waysOut$1 = [
	"Three ways out:",
	"- emulation: `uses: docker/setup-qemu-action@v3` in a step before (or the packages qemu-user-static and binfmt-support)",
	"- native runners, one per platform in a matrix (for example ubuntu-24.04-arm)",
	"- fewer \"platforms\""
].join("\n");
/**
* Makes sure that the kernel can run what is built for other architectures (binfmt_misc, kernel's admin-guide). Virtual
* machines and engines on other machines see to it themselves. Fails with EMULATION_MISSING that names the platforms.
*/
async function checkEmulation(request) {
	const { machine, runner, handlers = "/proc/sys/fs/binfmt_misc" } = request;
	if (machine.os !== "linux" || runner === "qemu") return;
	if (runner === "docker" && socketOf(machine.dockerHost) === void 0) return;
	const foreign = request.architectures.filter((guest) => !runsNatively(machine.architecture, guest));
	const problems = [];
	for (const guest of foreign) {
		const problem = await problemOf(guest, handlers);
		if (problem !== void 0) problems.push(`  ${guest.platform}: ${problem}`);
	}
	if (problems.length === 0) return;
	const message = `this machine (${machine.architecture.platform}) cannot run what is built for other platforms:`;
	throw new Failure("EMULATION_MISSING", [message, ...problems].join("\n"), { hint: waysOut$1 });
}
async function problemOf({ binfmt }, handlers) {
	const read = (name) => readFile(join(handlers, name), "utf8").catch(() => void 0);
	const handler = await read(binfmt);
	if (handler === void 0) return `no handler ${binfmt} in binfmt_misc`;
	if ((await read("status"))?.trim() === "disabled") return "binfmt_misc is disabled (its \"status\")";
	if (!handler.startsWith("enabled")) return `the handler ${binfmt} is disabled`;
	if ((/^flags: *(.*)$/m.exec(handler)?.[1] ?? "").includes("F")) return void 0;
	return `the handler ${binfmt} lacks the flag F, without which its emulator is not found inside a sandbox; register it again with "fix binary"`;
}
// src/melange/bubblewrap-cause.ts
/** Why bubblewrap can't open a user namespace, from what it printed and the kernel's switches. */
function explainBubblewrap(printed, switches) {
	const said = printed.trim().split("\n").at(-1) ?? "";
	const known = causeOf(switches);
	if (known !== void 0) return {
		why: `${known.why} (it said: ${said})`,
		hint: known.hint
	};
	return {
		why: `bubblewrap cannot start: ${said}`,
		hint: "Try `bwrap --unshare-user --bind / / true` by hand."
	};
}
function causeOf({ apparmor, clone, most, root, container }) {
	if (!root && apparmor === "1") return byAppArmor;
	if (!root && clone === "0") return {
		why: "bubblewrap may not open user namespaces: kernel.unprivileged_userns_clone is 0",
		hint: "Run `sudo sysctl -w kernel.unprivileged_userns_clone=1` in a step before."
	};
	if (most === "0") return {
		why: "bubblewrap may not open user namespaces: user.max_user_namespaces is 0",
		hint: "Run `sudo sysctl -w user.max_user_namespaces=15000` in a step before."
	};
	if (!container) return void 0;
	return {
		why: "bubblewrap may not open namespaces inside this container",
		hint: "Start the container with `--privileged` (a job: `container.options: --privileged`), or run the job on the machine itself."
	};
}
const byAppArmor = {
	why: "AppArmor keeps bubblewrap from opening user namespaces: kernel.apparmor_restrict_unprivileged_userns is 1, as on Ubuntu 24.04",
	hint: [
		"Either run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` in a step before,",
		"or give bubblewrap a profile that allows it: write \"abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }\"",
		"to /etc/apparmor.d/bwrap and run `sudo apparmor_parser -r /etc/apparmor.d/bwrap`."
	].join("\n")
};
// src/melange/probe-bubblewrap.ts
/** As melange 0.56.5 starts it (pkg/container/bubblewrap_runner.go), on our own root folder. */
const asMelange = "--bind / / --unshare-pid --die-with-parent --dev /dev --proc /proc --ro-bind /sys /sys --cap-add CAP_CHOWN --cap-add CAP_SETFCAP --new-session true";
/** melange adds this unless it runs as root. */
const asUser = "--unshare-user --uid 1000 --gid 1000";
/** Its own test: only this complaint counts. */
const melangeTest = {
	args: "--unshare-user true",
	complaint: "setting up uid map"
};
/** Looks whether bubblewrap really opens the namespaces that melange needs. `root` stands in for `/` in tests. */
async function probeBubblewrap({ processes }, root = "/") {
	const sandbox = "bubblewrap";
	const version = await askBwrap(processes, "--version");
	if (version === void 0) return {
		sandbox,
		works: false,
		why: "bwrap is not installed",
		hint: "Run `sudo apt-get install bubblewrap` in a step before."
	};
	const switches = await readSwitches(root);
	const said = await complaintOf(processes, switches.root);
	if (said === void 0) return {
		sandbox,
		works: true,
		why: `${version.stdout.trim()} works here`
	};
	return {
		sandbox,
		works: false,
		...explainBubblewrap(said, switches)
	};
}
async function complaintOf(processes, root) {
	const started = await askBwrap(processes, root ? asMelange : `${asUser} ${asMelange}`);
	if (started?.code !== 0) return started?.stderr ?? "";
	const tested = await askBwrap(processes, melangeTest.args);
	return tested?.stderr.includes(melangeTest.complaint) ? tested.stderr : void 0;
}
function askBwrap(processes, args) {
	return processes.ask({
		tool: "bwrap",
		args: args.split(" "),
		env: { LC_ALL: "C" }
	}).catch((error) => {
		if (error instanceof Failure && error.code === "TOOL_MISSING") return void 0;
		throw error;
	});
}
async function readSwitches(root) {
	const read = async (path) => (await readFile(join(root, path), "utf8").catch(() => void 0))?.trim();
	const exists = (path) => access(join(root, path)).then(() => true, () => false);
	const status = await read("proc/self/status") ?? "";
	const control = await read("proc/1/cgroup") ?? "";
	return {
		apparmor: await read("proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
		clone: await read("proc/sys/kernel/unprivileged_userns_clone"),
		most: await read("proc/sys/user/max_user_namespaces"),
		root: /^Uid:\s+\d+\s+0\b/m.test(status),
		container: await exists(".dockerenv") || await exists("run/.containerenv") || /docker|kubepods|containerd|lxc/.test(control)
	};
}
// src/melange/probe-docker.ts
/** Looks whether a container engine answers at the machine's address. */
async function probeDocker({ dockerHost }, { http }) {
	const engine = openEngine(dockerHost, http);
	if (engine === void 0) return bad(`the address ${dockerHost} is of a kind we cannot speak to; unix:// and tcp:// are accepted`);
	const closed = await lookAtSocket(socketOf(dockerHost));
	if (closed !== void 0) return closed;
	try {
		const answer = await engine.send("GET", "/_ping");
		answer.body.resume();
		if (answer.status === 200) return {
			sandbox: "docker",
			works: true,
			why: `docker answers at ${dockerHost}`
		};
		return bad(`what answers at ${dockerHost} is no container engine (status ${answer.status})`);
	} catch (error) {
		const reason = reasonOf$1(error);
		if (reason === void 0) throw error;
		return bad(`nothing answers at ${dockerHost} (${reason})`, "Start the engine: `sudo systemctl start docker`.");
	}
}
/** Missing and forbidden told apart before anything is sent. */
async function lookAtSocket(socket) {
	if (socket === void 0) return void 0;
	const code = await access(socket, constants.R_OK | constants.W_OK).then(() => void 0, (error) => error.code);
	if (code === void 0) return void 0;
	if (code === "EACCES") return bad(`no permission to use the socket ${socket}`, "Add the user to the group that owns the socket: `sudo usermod -aG docker \"$USER\"`, then log in again.");
	return bad(`there is no socket ${socket}`, "Install and start docker, or name its socket in DOCKER_HOST.");
}
function reasonOf$1(error) {
	if (error instanceof Transient) return error.failure.message;
	return error instanceof Failure && error.code === "NETWORK_FAILED" ? error.message : void 0;
}
function bad(why, hint) {
	return {
		sandbox: "docker",
		works: false,
		why,
		...hint !== void 0 && { hint }
	};
}
// src/melange/sandbox-choice.ts
/** Sandboxes to look at for a wish, best first. macOS has no bubblewrap. */
function candidatesFor(wish, os) {
	if (wish !== "auto") return [wish];
	return os === "darwin" ? ["docker"] : ["bubblewrap", "docker"];
}
const waysOut = [
	"bubblewrap: install it (`sudo apt-get install bubblewrap`) on a Linux runner where user namespaces are allowed",
	"docker: run on a machine with a container engine, or name its socket in DOCKER_HOST",
	"`runner: qemu`: virtual machines, where qemu-system and KVM are installed"
];
/** Takes the first that works. Fails with SANDBOX_MISSING that tells what was found for each, and the ways out. */
function decideSandbox(wish, findings) {
	const chosen = findings.find(({ works }) => works);
	if (chosen === void 0) throw noSandbox(wish, findings);
	const passedOver = findings.slice(0, findings.indexOf(chosen)).map(({ why }) => why);
	return {
		runner: chosen.sandbox,
		why: [chosen.why, ...passedOver].join("; ")
	};
}
function noSandbox(wish, findings) {
	const found = findings.map(({ sandbox, why }) => `  ${sandbox}: ${why}`);
	const what = wish === "auto" ? "no sandbox works here for the builds of melange" : `runner ${wish} does not work here`;
	const hint = [
		...findings.flatMap(({ hint }) => hint === void 0 ? [] : [hint]),
		"Three ways out:",
		...waysOut.map((way) => `- ${way}`)
	].join("\n");
	return new Failure("SANDBOX_MISSING", [`${what}:`, ...found].join("\n"), { hint });
}
// src/melange/sandbox.ts
/**
* Finds a sandbox that works here, tried for real: bubblewrap first, then docker; a wish other than `auto` is held to.
* Fails with SANDBOX_MISSING that tells what was found for each.
*/
async function chooseSandbox({ wish, machine, root }, ports) {
	const probes = {
		bubblewrap: () => probeBubblewrap(ports, root),
		docker: () => probeDocker(machine, ports),
		qemu: () => probeQemu(machine.architecture, ports)
	};
	const findings = [];
	for (const sandbox of candidatesFor(wish, machine.os)) {
		const finding = await probes[sandbox]();
		findings.push(finding);
		if (finding.works) break;
	}
	return decideSandbox(wish, findings);
}
/** melange looks for the same program (pkg/container/qemu_runner.go, TestUsability). */
async function probeQemu({ apk }, { processes }) {
	const tool = `qemu-system-${apk}`;
	const missing = {
		sandbox: "qemu",
		works: false,
		why: `${tool} is not installed`,
		hint: `Install it: \`sudo apt-get install qemu-system\`.`
	};
	try {
		const asked = await processes.ask({
			tool,
			args: ["--version"]
		});
		const works = {
			sandbox: "qemu",
			works: true,
			why: `${tool} is installed`
		};
		return asked.code === 0 ? works : missing;
	} catch (error) {
		if (error instanceof Failure && error.code === "TOOL_MISSING") return missing;
		throw error;
	}
}
// src/pipeline/open-sandbox.ts
function openSandbox({ inputs, plan }, world) {
	let chosen;
	let looking;
	const look = async () => {
		const { machine, log } = world;
		const sandbox = await chooseSandbox({
			wish: inputs.runner,
			machine
		}, world);
		log.info(`sandbox: ${sandbox.runner} (${sandbox.why})`);
		await checkEmulation({
			architectures: plan.architectures,
			machine,
			runner: sandbox.runner
		});
		chosen = sandbox;
		return sandbox.runner;
	};
	return {
		find: () => looking ??= look(),
		found: () => chosen
	};
}
// src/pipeline/make-packages.ts
/** Builds the packages into `<output>/packages`, signed. */
async function makePackages(wish, world) {
	const { inputs, plan, melange, output, sourceDateEpoch, caches } = wish;
	const { machine } = world;
	const options = buildOptions(inputs, {
		output,
		downloads: caches.downloads
	}, world);
	const shared = {
		files: plan.files,
		architectures: plan.architectures,
		melange,
		machine,
		options,
		repository: join(output, "packages"),
		jobs: inputs.jobs ?? await defaultJobs()
	};
	const { store } = caches;
	const blank = store === void 0 || await store.isEmpty();
	const compile = openCompiler(shared, world);
	const shelf = openIndexShelf(machine.workspace, world);
	const sandbox = openSandbox(wish, world);
	const parts = [
		openSigningKey({
			name: "melange.rsa",
			folder: join(machine.temp, "key"),
			...wish.key === void 0 ? {} : { pem: wish.key }
		}, melange, world),
		resolveGraph({
			...shared,
			compile,
			shelf
		}, world),
		blank ? sandbox.find() : Promise.resolve()
	];
	await Promise.allSettled(parts);
	const [key, graph] = await Promise.all(parts);
	const request = {
		...shared,
		graph,
		key,
		sandbox: sandbox.find,
		scratch: join(machine.temp, "melange"),
		...sourceDateEpoch === void 0 ? {} : { sourceDateEpoch }
	};
	const facts = {
		request,
		apko: wish.solver,
		stamps: wantedStamps(inputs, options, world),
		needsOf: neededNames(graph),
		compile,
		shelf
	};
	const cache = store && {
		store,
		blank,
		facts: openContentFacts(facts, world)
	};
	try {
		const repository = await buildPackages(request, world, cache);
		if (inputs["melange-test"]) {
			const { testPackages } = await import("./test-packages.js");
			await testPackages({
				...request,
				scratch: join(machine.temp, "melange-test")
			}, repository, world);
		}
		return {
			repository,
			key,
			record: recordOf(repository, {
				output,
				sandbox: sandbox.found(),
				throwAwayKey: key.throwAway
			}),
			graph: graphOfRecord(graph)
		};
	} finally {
		for (const folder of [machine.temp, output]) await forgetRepositories(caches.downloads, folder);
	}
}
function recordOf({ folder, publicKey, packages, times }, made) {
	return {
		folder: relative(made.output, folder),
		publicKey: relative(made.output, publicKey),
		throwAwayKey: made.throwAwayKey,
		...made.sandbox === void 0 ? {} : { sandbox: made.sandbox.runner },
		built: packages,
		times
	};
}
// src/pipeline/needs.ts
/** What the plan and the inputs ask of the tools, beyond what every version does; pure. */
function needsOf(plan, inputs) {
	const needs = plan.images.flatMap(({ file }) => file.needs);
	if (plan.images.length > 0 && (inputs["build-repository-append"] ?? []).length > 0) needs.push({
		tool: "apko",
		ability: { flag: "--build-repository-append" },
		because: { text: "input \"build-repository-append\"" }
	});
	return needs;
}
// src/melange/old-index-signature.ts
/** tar's end of archive, which apk wants left off in all members but the last. */
const endOfArchive = 1024;
/**
* Signs an index again in the older form (`.SIGN.RSA.<name>`, RSA with SHA-1) that apko before 0.18 knows; melange writes
* RSA256 only. The first gzip member is replaced, the rest stays byte for byte; in one rename.
* Fails with PACKAGE_FAILED when the file is no index.
*/
async function signIndexForOldApko(indexFile, key) {
	const signed = withoutSignature(await readFile(indexFile), indexFile);
	const signature = await signatureMember(signed, createPrivateKey(await readFile(key.privateKey)), basename(key.publicKey));
	await replaceFile(indexFile, Buffer.concat([signature, signed]));
}
function withoutSignature(bytes, indexFile) {
	try {
		const length = firstMemberLength(bytes);
		return gunzipSync(bytes.subarray(0, length)).toString("latin1", 0, 100).startsWith(".SIGN.") ? bytes.subarray(length) : bytes;
	} catch (cause) {
		throw new Failure("PACKAGE_FAILED", `${basename(indexFile)} is not an apk index`, { cause });
	}
}
async function signatureMember(signed, key, publicName) {
	const signature = createSign("RSA-SHA1").update(signed).sign(key);
	const archive = (0, import_tar_stream.pack)();
	const header = {
		name: `.SIGN.RSA.${publicName}`,
		mode: 420,
		mtime: /* @__PURE__ */ new Date(0),
		uname: "root",
		gname: "root"
	};
	archive.entry(header, signature);
	archive.finalize();
	const tar = await buffer(archive);
	return gzipSync(tar.subarray(0, tar.length - endOfArchive));
}
// src/tools/ability-versions.ts
var import_semver = /* @__PURE__ */ __toESM(require_semver(), 1);
/**
* The apko release that first knows a part of its file; what its help cannot tell. apko before 0.17.0 passes over what it does
* not know without a word. Source: history of chainguard-dev/apko, pkg/build/types/types.go, commit and the first tag that has it.
*/
const featureVersions = {
	"contents.baseimage": "0.14.1",
	"contents.build_repositories": "0.15.0",
	layering: "0.26.0",
	"contents.runtime_repositories": "0.30.2",
	certificates: "0.30.30",
	"certificates.providers": "1.1.14",
	"contents.runtime_keyring": "1.2.23",
	format: "1.2.38"
};
/**
* The release whose `build` first takes a flag, only to name a version in a hint: whether it is there is asked of the
* tool. Source: history of internal/cli/build.go, as above.
*/
const flagVersions = {
	"apko --lockfile": "0.13.0",
	"apko --build-repository-append": "0.15.0",
	"apko --ignore-signatures": "0.16.0",
	"apko --max-apk-data-size": "1.1.0"
};
// src/tools/abilities.ts
/** Throws a TOOL_UNSUITED for each need that the tools at hand do not meet, at its place in the file. A need of a tool that is not used is no need. */
function checkAbilities(tools, needs) {
	throwIfAny(needs.flatMap((need) => {
		const tool = tools[need.tool];
		return tool === void 0 || meets(tool, need) ? [] : [missing$1(tool, need)];
	}));
}
/** How melange's index has to be signed for this apko: `as-is`, or again in the older form (`.SIGN.RSA.`, SHA-1) that alone it reads. */
function readsIndexSignatures(apko, melange) {
	return isAtLeast(melange.version, "0.18.0") && !isAtLeast(apko.version, "0.18.0") ? "resign" : "as-is";
}
function meets(tool, { ability }) {
	if ("flag" in ability) return takesFlag(tool, ability.flag);
	return isAtLeast(tool.version, featureVersions[ability.feature]);
}
function missing$1({ name, version }, { ability, because }) {
	const since = "flag" in ability ? flagVersions[`${name} ${ability.flag}`] : featureVersions[ability.feature];
	const what = "flag" in ability ? `${ability.flag} in its build` : ability.feature;
	const from = since === void 0 ? "" : `; ${name} has it from ${since} on`;
	return new Failure("TOOL_UNSUITED", `${because.text} asks for ${what}, which ${name} ${version} does not know${from}`, {
		hint: since === void 0 ? `Raise ${name}-version.` : `Raise ${name}-version to ${since} or newer.`,
		...because.at !== void 0 && { at: because.at }
	});
}
/** A version that cannot be compared is a build of somebody's own, taken to be new. */
function isAtLeast(version, wanted) {
	return import_semver.default.valid(version) === null || import_semver.default.gte(version, wanted);
}
// src/pipeline/old-apko.ts
/** Signs the indexes again in the older form, when this apko reads no other. */
async function signForOldApko({ repository, key }, { apko, melange }, { log }) {
	if (readsIndexSignatures(apko, melange) === "as-is") return;
	log.info(`apko ${apko.version} reads the older form of index signatures only: signing the indexes again`);
	for (const arch of new Set(repository.packages.map((each) => each.arch))) await signIndexForOldApko(join(repository.folder, arch, "APKINDEX.tar.gz"), key);
}
// src/tools/catalogue.ts
const catalogue = {
	apko: {
		"0.10.0": {
			"darwin_amd64": "eb412e1624115c0c202a5368428b4872a1093f983049520040edf73c338433b3",
			"darwin_arm64": "57b0b51b35096e5d96be322e8418d6044cf3187728aaef275d55835b5e801190",
			"linux_386": "02a310612c27df7837ef90ee1757c630656334940ec8dd854d9464a383e0021d",
			"linux_amd64": "dac1de9b502d59eed5ffcab54541290d8f31b6b783fc2109b9b50a7b62a83b7d",
			"linux_arm64": "4556cec397778f020703191fb3513abace2ae8c6f6800f01d4eb6fe995cf8c08"
		},
		"0.11.0": {
			"darwin_amd64": "bbb3ad0c247e4519b51fad20cf99f5db05741c58d517964bc4e87c7168ff6b88",
			"darwin_arm64": "4f064873f02edc7899185b52bbafa300f8c66f5b607f748b47b06b831f4d0275",
			"linux_386": "97e0aa0b49133a26fd3ce7d8bc440713fe943ef46f80196c1300f954e8957d03",
			"linux_amd64": "ddb37260f2858e8cab502b93452d7295fc26cb08a839eae873485f7281a9287c",
			"linux_arm64": "580248b6048c54504baf73368929fec176ad606f9809c13a87212ea51c61440e"
		},
		"0.13.1": {
			"darwin_amd64": "e1347d1ea477be045ab81ae059975f6b97b7ec94c926bf4dea3a69269b491efb",
			"darwin_arm64": "0f3135ec2482fb9566dc754f2a8532d3d260ca0e5ee1687a0b17bdeebc866f60",
			"linux_386": "4f2923cef589674b2ab89dcaa50d38cc5bf5268364c95ae55d92300dfba86df3",
			"linux_amd64": "a0e0dd8cf3d4f38e80ac533a3370ab9f1d07d9a3816a72f7421561e8da0b1560",
			"linux_arm64": "090fce064a7df6198869595be57840d5626e46df666d0b548ce877abc935d6e2"
		},
		"0.14.1": {
			"darwin_amd64": "2a2bc2e52d50850076325512ac01eb806d16daab3ef933d1be60ce4308a0697e",
			"darwin_arm64": "eec2ccfabbabcac63419794516ee0ce8969de6a6f9fbda59e384ddb61cb0690b",
			"linux_386": "573669158b0776cdb29eca8f4aa6d06ddf6e7ba0ef2de243e009bb245d372e75",
			"linux_amd64": "fd44853e845bc47d345b35840c76d1a0ef878e169ff8f9af48b595caa91456ce",
			"linux_arm64": "c4a76ccaacaec9f02b1c705afbb47a6e00d5cad138614fd5e722e59bad0bbeba"
		},
		"0.14.2": {
			"darwin_amd64": "2feeadd886c6587402b3c5905871308addcad90ba69032668c226690912b90b2",
			"darwin_arm64": "124a99eac508d6e39ab08d652f90b6d7eae7804ff9fd100125b94659d89ca741",
			"linux_386": "70ce52d53b3c5f0c81dea786e204bf1431a70628e342feaf5137bd0be725ca1f",
			"linux_amd64": "ecdb7492c5bfe315032c59fb82d8907df9659d684ff65ceff5fc78f9e238dc80",
			"linux_arm64": "43749a1a2f03b760fba29f85599d4d5fadbbb9dcf22c101078fee20bdb2b024c"
		},
		"0.19.2": {
			"darwin_amd64": "d8234057b0e45d9629d06cde7503577083f1789550472df4c5b381bc376586c8",
			"darwin_arm64": "e612c129f55aa8132b1b34e21ec17f12be29e4067007efb12834601630ff3e1a",
			"linux_386": "0f5126a56313f83c11ad6915748fbabf1c39e28eda88f7d47c34963da5e5941b",
			"linux_amd64": "21d5c7642e3f081442468b82c9662dd844f2f008484ff24018b4d2b44975b7d3",
			"linux_arm64": "dafd84c92154349b68be990049fbf1117c2d7aae2bc03dc8b49e4b6563f44e37"
		},
		"0.26.0": {
			"darwin_amd64": "c50878f23e2b72b0a42fa9be5f94afa474493fb3226ec35110f5f59e2dd27fa3",
			"darwin_arm64": "509756ec82384aa5ee7c13a5a714614a1c55895921e8686cec4f50fef5a60dff",
			"linux_386": "3b6ffd04713dd151415f7bffa6ba39067c7c24996840e20b9b18dd677f4d5d4c",
			"linux_amd64": "08f50ee2f4198f5abc96b03f0d9e1bea3ebb80010d6ff26d0ee8bfabf68ae584",
			"linux_arm64": "bae10768207500d99cf27e1efefc1a335f8bf9d730b55c29e01b7151612fa8f2"
		},
		"0.27.0": {
			"darwin_amd64": "8f788e000256194d613d9b340297dd1405b94045363bc44cb1290fa240fa1b87",
			"darwin_arm64": "ffb34edc6f4dc7f3630de14619b9c4741818d2267cda97c9a0f88511c521d54e",
			"linux_386": "09f96c03b7343343634274b98d0fd05cc9bc663193e67eaedf49cbb83671d756",
			"linux_amd64": "46900abbb7537df0db1bc05050049d5e5c10d8197134fc9371040d7afa52a665",
			"linux_arm64": "97cd6a5c771cc66252bfba581e9f3daf9916daed214cc378639be8ba0269f2d9"
		},
		"0.27.1": {
			"darwin_amd64": "382ebed88e45203b86e54ab711a88d1a3967a8bbc46db426c0e09cd475206933",
			"darwin_arm64": "69610bedee881faebc578d535f2484dde7b64dfe09f1448d6fa4d5b56843666f",
			"linux_386": "4b914d865ca9077316ec89960f40aa31d4eb23f841fc1754c3f7809740b98cf0",
			"linux_amd64": "9d72a94dc9d1d6dcabc34e1be87c5ce7a26d0acbf90e2d4e1ecf1e32de2e088d",
			"linux_arm64": "560fe7c46825a6a2dd5e1b4cb3038a727ce9da44fe9d8e0033b2b0b319cb7d0e"
		},
		"0.27.5": {
			"darwin_amd64": "43131f7ecfb05ff05c9dd3f5100acb661c57581eea007b072ab4d5460ad7cc7b",
			"darwin_arm64": "0b75687cf3e18c1549663c7d68663108560f5397a6995767e3ce4827d85886aa",
			"linux_386": "9dbc238495e49b3c6a703fd168faf8de8c556d7a9249c13080c6c6af5ce01666",
			"linux_amd64": "6ef3211e71c794804c1c2c799482982a79c1b92dab92e9a575db9512afa4b14d",
			"linux_arm64": "616e2d385d15303d35a0398a4c431a787fc7cf86330dee2d41d8aca6696ccec2"
		},
		"0.27.6": {
			"darwin_amd64": "42f67b05744193aaff0dc7e12be116058d9b58efeef433378017b1eed3e7c475",
			"darwin_arm64": "4d8a2f467e38b51921281b741b76ac0655fca87f6941053ebef3cd357073299a",
			"linux_386": "843f3a37c869b085c964b59d8510c5ea60a3a93fee87bb34b647a67bddb412d9",
			"linux_amd64": "51eee131027515f3b8ea082ec0b9805830536dec92f3d9489da75f85a1c0c037",
			"linux_arm64": "57819c462ce3d3fd28c23e7202496b96f6a49a1a3c6ad9023a76106369f86de3"
		},
		"0.28.0": {
			"darwin_amd64": "2eda85835fab7d9412e152c49cf451c90928ed99d77a6aa4e1a5ee780bde1304",
			"darwin_arm64": "aac1432a151a168ec081050b7e97f38e00cc09f27dedaae4e11a3f0c27d7fdd9",
			"linux_386": "f66b0b66cc169981f5136cb601e1afb3240f63d8999e251dc1acb2d069dd2640",
			"linux_amd64": "9b5591d34f887199614cd889adb24650b77ff56eefe8b1d45cbe6cd100facf28",
			"linux_arm64": "358356dc4685ab5cee3871192fe145988584b08fb48d7847c6f3a06c3c94c52e"
		},
		"0.29.8": {
			"darwin_amd64": "84047d89f2e928b61a533a1bc1d00fd6f4e6ca841449a468626b989750dc2006",
			"darwin_arm64": "4fa71c9a366450a36b9e21ad4bf76b17de3e93d910b8bdfce47ad8a9331b375b",
			"linux_386": "5633a48df65a4a864b7cfe6451d33bce1dc73676043b8ab608a71e341bdae650",
			"linux_amd64": "59a00e5eadb07cfe749ac3d47a2f35824ed2b9783adb0a611652fade91d74874",
			"linux_arm64": "777c94405d155aa846cf2141ae2c625586d61a22076f7ab2baf2c018bd80dfed"
		},
		"0.30.5": {
			"darwin_amd64": "ec4502c357a2a32df174f5f23c0396ca4f4d655924fa27a5f31737d1f72495d8",
			"darwin_arm64": "5e55c959c24a77dc3f2acd6f86d3fa6a9752218ff1b0f2cc302bb58776fa2a68",
			"linux_386": "4f17c5617c9371ed2da167375515e60b0c8752af7458804d8014d52c8e2f06e4",
			"linux_amd64": "23575b84e4c4cd3bcd8bffb52a7790827d4dcdb2a709d46bbcb1c704aad793b3",
			"linux_arm64": "753a5a24203f644a19957f123b7efbaceb2d9ee2f98ea893488c051316a624d4"
		},
		"0.30.6": {
			"darwin_amd64": "c5dd608c7374e59e57a669d2ed6a2e21207a38dbe001bf3d242926f05688cfed",
			"darwin_arm64": "30049f0a6d0f64ec7f67c4d990e0b60e69c5d9762964613de70ed9498986b415",
			"linux_386": "639f238ab7462f77f5172aec652516b3100b3a53c488e838e03aeac5bedfbfca",
			"linux_amd64": "f2c10dc93fd90348a2baf0c80810ebee790cc75ecaf77c54bedf47e0e03c0a4f",
			"linux_arm64": "0935ed96c2ce9f72b8549da425619de3b103985484f01fd4f6705c5e6b9ace0a"
		},
		"0.30.7": {
			"darwin_amd64": "3cb784bb0d9ebacfbbdc2636d5fc1bd31031163bf458c05e38a5e839f125b55c",
			"darwin_arm64": "7ba1161e8a80e8bd0c1d70b335a23958afd697acf2c8399fec401cb5497ffc6a",
			"linux_386": "1cba82e07b899282ace3b9923efdb6c97afad7a0cf06ca10e9789f9d1f4e14f6",
			"linux_amd64": "c95e287ef9dc794d65b590110b7199b98f7baeb027359a4cbba599b1fa5c5823",
			"linux_arm64": "c4dc05f6b6bd98ec7f1b98690807dda95cc1d7116eabeb2cf7aa9ced3a7e0196"
		},
		"0.30.9": {
			"darwin_amd64": "38cd41cf8acdd420470d172269521a07e1e45471bee47a533c17b995f31c0738",
			"darwin_arm64": "39933235f97d723c7fb9c447b3c2e4709312f54fd5e29f4e2da6197f284c419a",
			"linux_386": "8c919726cc1f279fbf77e60678c327770618280a0d70a7959ebd2076e2c43ab7",
			"linux_amd64": "8c60ecbbc342f46339a01a571aedbf108e3c815f2c7b639eecb3391b2e7bdefc",
			"linux_arm64": "f4067f5d82a43d17beb32a0290111fba6623bf450b91a6063f250d2ceb0a4017"
		},
		"0.30.10": {
			"darwin_amd64": "8ab58f4d44dfa056f53ef73e179de8248babfe923a565d9f165d63178ae2e81a",
			"darwin_arm64": "aa3c2efac4e271dea26f4b37316bbd3a2722b655f32d2e4d242a49a77cb5178f",
			"linux_386": "45406c1d515a0cd910e75cdd9cd676f494d3137ccd0616e81efafc018fce6ae5",
			"linux_amd64": "0a6666b227392ad13aad8da9fe428b3bfc8e1e214a151e674c267bc3b639089e",
			"linux_arm64": "891ec98bfbd68f40b3290ac9de4a2cd355c03410b789011dbc916979625639f2"
		},
		"0.30.11": {
			"darwin_amd64": "53d0f8269828e51df5e510e6f41bca30ec56582b9cde5f48dac13aec09b73d90",
			"darwin_arm64": "b26c42386985c0a3a12da39663252c2d066d5e27417b942699b4229f9a361257",
			"linux_386": "54dfeb21284004fdacedc6d2785b27296d1830759b5555490ad1f781caf6b426",
			"linux_amd64": "b9452ec5cbc76b2d55d100af3ce69d4822f2f0f240cf98c9a7b8cedceff0cee9",
			"linux_arm64": "3759c386cd0e78b9ac85c6596b0fce819ffbfc557fbc92e896b320971ac3b1fe"
		},
		"0.30.12": {
			"darwin_amd64": "590d5f7ee9876f6c296961c0ef5e6751ae23fc9b060fcf8aaa8f9fbba3e351f0",
			"darwin_arm64": "841ae6ccc1f4210a63c28ca211a65d6fa5b5d5f7e971ef0a3c2e870aa5ba4551",
			"linux_386": "8249667f00e4fe110e47bb484d21c57b41120b76e777e4922ba6d44b91d9c94a",
			"linux_amd64": "c8a917422d74aee7e8cc8416b17e1e61fcc506ad1b4329673f1f732ab6bbfb58",
			"linux_arm64": "c5655bc28f81c9bdac94ed7434806f6e72c526bfee10655466f119de003aa390"
		},
		"0.30.13": {
			"darwin_amd64": "8c57e117cf9310c2fd125408044775471a47a000df50fc502f09463432cf4ebd",
			"darwin_arm64": "991c70ce988d781a3018ca7c7aa2f3e7d0aa4dbee3a5f794a0700a38f5bfeaf4",
			"linux_386": "bd9e6c34f3461f17cacda0d6e353546d9d69c47b9e08f688db14109b87f6891c",
			"linux_amd64": "347178e7a38cc50550224fa9032b0f28e0c2c9572b5bd9125b6e603cc68959c8",
			"linux_arm64": "c511386f7b138829800a13798b6fe634abc8a8518b5e26655546d0b0fb78039e"
		},
		"0.30.15": {
			"darwin_amd64": "f7b602e244df1114e6d2726c605a1e6f9bc775ca6ddd6a41a63765444f17efd3",
			"darwin_arm64": "cc8523d8d386819b850e157c1edbbac8df28d46a898e71602d575f5825c61b54",
			"linux_386": "33cc3be1437af4ffea9a2e6eb56da11cd3a84d3c6ed84ecda6f7779285b7a496",
			"linux_amd64": "75151a1b135299c0520e2f41013a416bc8e91fbd8b783c1515bb7cbf02920630",
			"linux_arm64": "efbc2dd6e591323b113da68d9f21c5c75a3db75e44fca4b2804b1ae3877b98f7"
		},
		"0.30.17": {
			"darwin_amd64": "847d7fd9b216d2b31bc410fc18e16445a4111438ec420583c9d3968112f44be2",
			"darwin_arm64": "49745a7b2d1fe4f20956f9536e1174ef42032d1ad15d31a27e7d62be119a6fde",
			"linux_386": "deb5d9281a232c52d782ed28bb46d1dd954457ca8d733bd09e6dc3bf611225a7",
			"linux_amd64": "5eae07d6ea7437f5e395340357256ede6a4aed79524ed75c2d2a3f3cf2efa4c5",
			"linux_arm64": "7fa1788001cd762632a26d028d400598f7598991fdefdf8df0f2668c35a8f2fc"
		},
		"0.30.18": {
			"darwin_amd64": "8b998112d13ce1c9ec4fa990eea575af18f32cf3f4f6677ec2468b7410c52817",
			"darwin_arm64": "7f8533c457b97ec0640720ca4e773a08b9267694b06c0cf2764a7fa8be967135",
			"linux_386": "7916f01f3af3f60b77cf1c02c144d0fe0cea2cc00b715e1fc3a98b07c7556ff2",
			"linux_amd64": "7548608f9277e5fb9eb0bb673ec96e76f1a8110226c22bdb1fc708001bb96c8f",
			"linux_arm64": "2ae434afa8d58fe0566b785c7a58c7d3869382accf6e363834a6b9e2311ea744"
		},
		"0.30.20": {
			"darwin_amd64": "0e0a8b80a1ff9c620a2e19cdefe110bf539ee588bcd915c252a2967a7569585a",
			"darwin_arm64": "9620229fa863d764b2ae4d037a47917d9faf49029561a37d67717db644a5c12a",
			"linux_386": "67fe0ba4ae432420317a977d147c6aeb478bbf5a35a9ae6d570f5fc926dc0278",
			"linux_amd64": "722beef98bfae3759934ce8b755320dd1258e303233a1474bca4629b5c15cc89",
			"linux_arm64": "db23a21cd2a739fc7f2e07aee16dbe9d601e6b1c80ee5284188908d01d04fb60"
		},
		"0.30.21": {
			"darwin_amd64": "bfd0b192669f7f2441ccaa70f34829cbd3b003ceb3c6cc9660a20e194efa3088",
			"darwin_arm64": "f0212e01e87cb6f58b3c412f51cc822135c2948de7eb7b45384840f49d244056",
			"linux_386": "c3dc2f541dddde20dd6956107ddbbaff625e6cc477d37ed9ca16aa7072f875cd",
			"linux_amd64": "df5025ff0fcfe09c80076596c5d07a5ab1c2f7f04a8c5ee3ae810967b0e91865",
			"linux_arm64": "aca15624019940b7161ae6c93344850407d1fabe1f0c820da55780fc423c4bf7"
		},
		"0.30.22": {
			"darwin_amd64": "83badbc3b1bf7912aaecdefa75497d4ebfb8e3d250f766f63021b85bd27a6090",
			"darwin_arm64": "2f6060734ad4673bcd9aa8f4ce3b0ed04070256cee29662dd8b0f6c3e6e3e1fc",
			"linux_386": "361f8ff135e66f4384e5d0e1bc9049ee31a02aa6ace0e4b19c58e213903e6901",
			"linux_amd64": "d87d93a13bae3874120ff846bb1dc56790ba47db3093ae5a5f8f904bcbd02b54",
			"linux_arm64": "f351fb5521d0baa9f95ad2562024c7ce00ef9bfca7c44da045bbb43874d1a8ad"
		},
		"0.30.32": {
			"darwin_amd64": "8edd55247905f49884c6fce38332e0d3198e545f764ac28b966b8a71454e5777",
			"darwin_arm64": "87970c893cefc1a5beca7c038af98e490747abe99e4a0909eb401f0fd7dc8350",
			"linux_386": "716d4440d70a08562b59377dd4d49703abf955b6336f855b96a44e1e105eaeaf",
			"linux_amd64": "cf2802d0c183e730358b04cbb40f4487c352d4ddfc327ae79fcd6649b6064f2e",
			"linux_arm64": "ed9fa0fa6eef5e99eb44fe147a96abd8ce62b8aca46c1c84e52de894cd19c522"
		},
		"0.30.34": {
			"darwin_amd64": "631027ffebae86b58f5e7df08d172870b55ba2668825094b89a01b1f48155b4b",
			"darwin_arm64": "0d5e045f5e2bdc91391e17237c438d3de19e1fe81ac3eec9043de6736d8b00c4",
			"linux_386": "276905da83b7a0f398528a107a0c12de2949a62f3777c52f6de21cef22352fb5",
			"linux_amd64": "04450c503d6c81943f54bb91d1439c769736f4d727d467542ee274c4798499c9",
			"linux_arm64": "41b069894f811cb67b95784710050e649631892a0b501a8e221ea0e83df689c3"
		},
		"0.30.35": {
			"darwin_amd64": "c544d0df0d941732cdd3887e87f59224d04c6c73b587149d21928bf2eda4b3fb",
			"darwin_arm64": "3eaa25952fb269803cadf733200f9bc60da0b890f7cc3b5b89845e542bf210f5",
			"linux_386": "cd8fa20ebe1f5f973f2c33c2c87dad022fed31cf425ea58a6b3579ede29b52cd",
			"linux_amd64": "200b685b3223394342e64216ea08f21dd8c2342bd8491015875f7d66647c2fce",
			"linux_arm64": "c25e36c0bf8c1342c16e2ed5123d2ec12a48f2bae7749fbd0e456cc8539fa5fd"
		},
		"1.0.0": {
			"darwin_amd64": "7cb8d21a1b115a2f4903bf85bffcf0cd9423c04698e9114fcede472d3b61cc04",
			"darwin_arm64": "294d8898f02f825c1c240a852148b19a7639c3b3c0091d0a235f347f3c5cdb5e",
			"linux_386": "857dd5261d090dc358fd2e9387e29fc847d910fd5906a0b42c9ec6ce1375a0f2",
			"linux_amd64": "7ccd7decc19d933353905f741a23690977bb9cf8da64055f4b47575641154ff6",
			"linux_arm64": "992fefaa942faa03d286ad90dba1f3b047e2e916ba4b4c14fc843bf63ee0005c"
		},
		"1.1.8": {
			"darwin_amd64": "8353c92b3c1c281ad357afa2d90f25c4023dcb92f1591fc94b32f5f7f2d9ceea",
			"darwin_arm64": "447aa2c7653a5a021dc517985acbd67fd60ba48543ea2bc83b137c857fe29d75",
			"linux_386": "e8a92f262064b2552d791c4db175f29b99e86c04ea3fab7751d4770848784c1d",
			"linux_amd64": "7337bd70f1999a11916acb630eaa7e4e45a9e2bd23525400665f561d99e7e819",
			"linux_arm64": "2c790d1ed92889d9692ccac753dcfab637e535865bdda02883b2d73bda241c52"
		},
		"1.1.10": {
			"darwin_amd64": "2a3ff7afe7e6daf532606d694b1690015565a8e2f724c1d37f0746a4ee3f11b6",
			"darwin_arm64": "8007f07d2c50b347aacbf726a2d4626f3255966b3ae975733a9d36399c8d91f1",
			"linux_386": "e915de7205cb4d4d048cde3564d272f9e0ba554326d07e6bbc14ed7011f73d97",
			"linux_amd64": "79803621c41fbec2e61f1c42ac2d9ae8ebb766ec3169c77b72be5a0d7f045819",
			"linux_arm64": "be31f583d757b1a612e7b3a1dcb0b61e457aa7eac348d0767de7a73780af6b44"
		},
		"1.1.12": {
			"darwin_amd64": "9f5ab048a17703d5e4bde1fdadfdc28ba214b9c4975f5683544364a78266e72a",
			"darwin_arm64": "6a681a03f8a4ef8a0140952f9249f769737d0a11b3b178e2d86ca852387ab08b",
			"linux_386": "2b6a73d10988fe2b1ea1773dd0ac5776c64a20bb6fcbd4abd0f97de61590f9c0",
			"linux_amd64": "e6dc57bf3ee45e44547eaf134f5734360d33e08e5458c48f7a88f62f35931621",
			"linux_arm64": "1cd42cb5a821b0875cebc9583ae55552574a82ba56c84e2984bcbc4cbd6af1ac"
		},
		"1.1.14": {
			"darwin_amd64": "c5f8a3fa139373db5feeddb845c62dea9aeb07c43f078624f52aad3d32d74536",
			"darwin_arm64": "f1c5ea7143af1d8190022f94f1a3122bb168da5a02012430979c58dd10f3857d",
			"linux_386": "6124a8ff4ab6b8127252e2f45f189131733fba504ec45c7e5212a2d6bdab9302",
			"linux_amd64": "3f077fd960e6602a503cfb0dd44b1cc59c3e535729ba68fc6733d14289d0f4b9",
			"linux_arm64": "0775f4c73cf5e7388718924af984b4c4a54965e534d9134b48a5c9fb680b9efc"
		},
		"1.1.15": {
			"darwin_amd64": "bf83cb76e20ab9d0fb25c708138979f6fca1805faf4da392afe7862cc2596a59",
			"darwin_arm64": "641aeec870ff96a031d0d24a4cecdb149080fdf24a1b5ce05702b385909c8543",
			"linux_386": "c71d449d784dfd21e0c0813ccbee42823f9ef629bb765913391286ad6caeb7a1",
			"linux_amd64": "0b421793f663853c59312d088cafdfe9c941612174e55ae91e0a24e211fa965b",
			"linux_arm64": "a702aab6f99aa08ad43895a3318458276f421085831b2c498c84ca4969758a5e"
		},
		"1.2.0": {
			"darwin_amd64": "55bcdb0d918772131bafc196285fd083402d4bb9ced99a9c38f96dea948815b2",
			"darwin_arm64": "597c8a4edccaa897da5cf9679504ba8ab5363ec42e9ef383ddbc7d56b1fb95be",
			"linux_386": "ab26a67ba955a48e07acf1a2c731a644f9b7ca75d8bf2087a1055fea5b2a8ea9",
			"linux_amd64": "4695b1925a5fd09d1e9d668466fb1e2da56ca522470c31f405208ba24934c023",
			"linux_arm64": "df3930f7f4f5f52f664924351c5b3c14f8678aeef0f1d65bd29abef7ff8c4b10"
		},
		"1.2.6": {
			"darwin_amd64": "6a2300e6f4f8070436cc1e432fca7b1d937a3bbc5fabe00767d01e932b557f63",
			"darwin_arm64": "d7d109fd5ee06d4462cfd88ec61861729b800604632a8f0f4904dcd78e14e84e",
			"linux_386": "3591d67924a4f11f29d6aea2f77dd5a293f2a61aa16c6f8c99f65b547c75c5f3",
			"linux_amd64": "e7ed5f0bec6443a3dc7f6188c2b003432fcde9fcd8956c0fd7d0f1c6969684b7",
			"linux_arm64": "0dcb82145eff5f041bc40983e7a44151e52b3a2fd1c9db8abc3429969fa67b38"
		},
		"1.2.7": {
			"darwin_amd64": "a5444a0fedc843955bac3cf668cb5b83bd0d332f2101ca573d9517922c4c79a4",
			"darwin_arm64": "595e878e91e3cee1b4a11c4a9fd65bf451f5b4f441dc0b7702754683a056761f",
			"linux_386": "d2d2edb5cfed56b8061d3f80a5f47f4bbd749400bb773d7bd5aba2c6c2f9a6fe",
			"linux_amd64": "5151b4a79e9a7fd495d5f7591cb25293b747bc9e4eb5929643ba80701bfa8153",
			"linux_arm64": "801c75d114e40b9aff08bd26342f02a5081e590c1445aaff22bcf3f3b5760ffc"
		},
		"1.2.8": {
			"darwin_amd64": "fbebcb47390633507a21e91f9f40318e6c84fa6115014b8b5cac59a74604f6a9",
			"darwin_arm64": "5f838ca977e63541d9948d5fbb6848ccb6715e40fdf78c082e83fa4816110c20",
			"linux_386": "e7b47ae4c04be9a36700f4995aaa98a77379a455fa36878482aa371d0828cc44",
			"linux_amd64": "66f0383c66d29f1ca40ff8b0c876579afed356fd157009ef16a20f41301b0ac5",
			"linux_arm64": "cb658c785dc0f57d3a2469411eba5bd2ab83b632f24259fbb57cada4a4ea9c2a"
		},
		"1.2.9": {
			"darwin_amd64": "630d8b001abe2d0490bd5c2b104d04966506c42257b2bf737b8bef5a073d3fff",
			"darwin_arm64": "45ae462a22938252a12867cc23d1ec6dfe2addd717096dd2762f7d24f158ab77",
			"linux_386": "cd9178eab7e6cf7bbb450ef46e59c99da7523437e077e499fd1ce60212295aaf",
			"linux_amd64": "a77fc2bab24b415f3f51e3177060726a3c420730c13934858bc9be2e44571bfc",
			"linux_arm64": "29dcf296d0fb6ba0daa3777b2cd350d86da0218325f5351428824453c33a9281"
		},
		"1.2.10": {
			"darwin_amd64": "914b754a681ac7d5da75ad00590083566de861724c5a11bca0f840dfea57a593",
			"darwin_arm64": "ac18a9184ba57f8a4e2bcf24fdca87ca30c8282731a4f32d4be997b8149baafb",
			"linux_386": "2ca8ddaf3827cc5291ba3d1e56c36332a109d68a70e42f7ec9c20dfb4d68f86d",
			"linux_amd64": "57694341bf0956c0f005e6679918eae68c2e2f4b7e5249922f580e53438234a6",
			"linux_arm64": "858339dc330824f82882136264f082626f93314779731cffea63218aab0fdace"
		},
		"1.2.11": {
			"darwin_amd64": "755abf10e3a0405113260225cd75ade489a888c700822ad6b094491665ee9c1d",
			"darwin_arm64": "75df87f415a79221c4cb743b5a927ac02070af8a57158c00155a8737e4ae62d1",
			"linux_386": "d4f526ab2fb37751ba0ce6056c4fc9de60015306c0a3a68ee3524a049593a641",
			"linux_amd64": "5b6584b860fc19b0e9af310e238056c774b98f742f9396fad97e92bf60ec2307",
			"linux_arm64": "4ea762b81bd82d7723fed596bf23509b7b57015063bb538b81c2cd086da29879"
		},
		"1.2.20": {
			"darwin_amd64": "9f36107b92b1f8a48d50f4c3d73fca3a9f47db6fb548a80849dbe02687d58fab",
			"darwin_arm64": "ec993df0b1c5ab3a0435b947daafd87df9976559388f3c4193703fb547c1216e",
			"linux_386": "e7c26ccfbcecb3d07ecfb490ee1f4bb8c279911683413c7e9aec915f075ea1d7",
			"linux_amd64": "86cf4605aadc8d024b7f58c258a705e28a68eafb7c8ac3c1f50ddd45a538d832",
			"linux_arm64": "68ba543ad241e5944e6cfba790ff599b9cc2f3e28c6443dbfea199d254226832"
		},
		"1.2.21": {
			"darwin_amd64": "b9b465978d76e6d3071567cb78fce7c786b78dd3a2dcc3b5c6f86d735552005d",
			"darwin_arm64": "3dec17ea4fbf7cc3c5d371032af46321a57df14b1f064bc2e98ee3833e6ca5d4",
			"linux_386": "fd6e7e15bf6f565b23c14ce753f99d8b36a53174881457d55c2b5e7cd0b6d6fb",
			"linux_amd64": "bce74d209229d6ff327dcfa58475d14ff880e3d7df175334790d9636ffc9472c",
			"linux_arm64": "d0072ff6e13aab66fb931be75151894706c540025f2b8e6a30229418ccb82aa9"
		},
		"1.2.25": {
			"darwin_amd64": "0db833bce4e10fd157eccf01f382f7a3abc864842be1188f123aa74b42e92017",
			"darwin_arm64": "2a764a9e7f8560be048e46ca8a23ecab5b8058a8f363d3b41ce24976a6f9298b",
			"linux_386": "a10a9f24d9523b4236164bde2e7bd20cba8173a431677ae292310229f4922327",
			"linux_amd64": "b5a480cfb32458f55d1f1513a902f6cdf7dc284b9e6fe9840abdbcebc3908d47",
			"linux_arm64": "04e945f34847e84dc5c87b6d816408e2a491ad15ea30c94050c2e94c996b5610"
		},
		"1.2.31": { "linux_amd64": "abd57139139f4f5ce567f914bd168b7b2f4a3d39851711f0b1dd0c83c518f867" },
		"1.2.35": {
			"darwin_amd64": "8588232395e452a22782adb48bdbe7fb1e4b314d404721c8992a403d8a3c20f7",
			"darwin_arm64": "1dfee0edb28464b1845da8ddd26a375ebf46f2e1d332134b59b1565f587f618c",
			"linux_386": "9ebb15fee42fb61b9891ca338b33653089fe4051973f87572ae2179bf6579a3d",
			"linux_amd64": "d3ddb761d2f364f731c6480bb2c79401ce60693cc7989ef0a9761a6c97c33333",
			"linux_arm64": "f6529f14cf930b38db944a9c708618c2f5b9a26bff2e1b71ddbb26c728ba481b",
			"linux_ppc64le": "5688243d550c0208e859b891623cfd00da22fda626912ab6f8b20969ac5efac5",
			"linux_riscv64": "7b4eb793b038afc8652146420b81fea50305f4eac83ae2a0e31c0c04de730c2e",
			"linux_s390x": "8018135be1495084aae1a50c9babf3690ac8b69c8664d11f87faceee1759c844"
		},
		"1.2.37": {
			"darwin_amd64": "7edc3c7c5839b7c8352c78e11f510537ff261f0bdcaf7b70c8fe985a1e3d5119",
			"darwin_arm64": "097ebf8e1f19278bca2e5fd788b7df002b40f25b2cbcda90165e5b78982b8c5b",
			"linux_386": "82492f9888d1a38c66d0bdce149de5e3615206d56cd333b64ee07bd5e78e2878",
			"linux_amd64": "9fa4ed893d0d87483a5f709fd5e2f1a1e6f93e40b35195949df2d9cf4f7093cc",
			"linux_arm64": "43e94fcda75df76e0b9fe78a98b2277ce4cc7eabe246e02df7c6f52c75b50f5d",
			"linux_ppc64le": "2dc3b61fddd047f186955a7724f58dfc7f34df9d427105232b58fb38a4c5c8f7",
			"linux_riscv64": "a7ada2633af42fa07f666170de43e617e18dc1b04ac816d83d6115f5c7965d3c",
			"linux_s390x": "cdf6e1e56442bad1ab0bc319b506b19010b96e0a87c43ad6288f3f9487e0a523"
		},
		"1.2.39": {
			"darwin_amd64": "25a1524165092dd511a148993d86aebbec15d49b0fd99cd1d3a690ab9c8ea95b",
			"darwin_arm64": "8f8194a0eb24ce7efad0dff09ba890c1582f889979a68b9bcff0049774f4efa3",
			"linux_386": "5d17f256c47e26d64b7020e5da50a88da26e5025589ee2f333812fe36883a7ac",
			"linux_amd64": "3afb7ff95c56dd7e7837478a431d92ec35ca567558123c051946469e7a1bc458",
			"linux_arm64": "e792a42973766943d29ecb152ff17ea9ddb0fdd0c1ca9217c9c0f78b2b9aad13",
			"linux_ppc64le": "4dec52b42da004971e8e5cffd3779609a835eba70d5872c72922961fba496207",
			"linux_riscv64": "2e9bc798d60b3d0d81b58c4b0048a1f3593c2a3297caa11792a3bf763ea9e718",
			"linux_s390x": "1a07566a148adfb90df71d4fba8fe7f6449e8539a742284508b6f41941e3fade"
		}
	},
	melange: {
		"0.28.0": {
			"darwin_amd64": "e488edc9e258d7f4628f0cee5bc115c539dccb8741cc8a3b961613459b6dad8c",
			"darwin_arm64": "0e13f30e08fac51c0b3048f210bbcb1993f5cb4343822f7063c7279c154d802f",
			"linux_amd64": "6941deb77c43813007a126250ad43f1d52296ae27a523cc7d064d2772bd21653",
			"linux_arm64": "a848a837d49668fc1cca404e158b7d6d05648827b802eebc34de14f6ade7dfb0"
		},
		"0.43.3": {
			"darwin_amd64": "f6c8ca68f28b9131e2b32981e81048e4ab17fbef87a27bbbc9d7633aee908149",
			"darwin_arm64": "99e6bb96b8dc34a851837b738b8a9c125b36affdc02d9131b20394add5d0762b",
			"linux_amd64": "874e6aa7709233b2730884dd01fd4ad20c6269593611b3f7f9c2cc6ddc686a72",
			"linux_arm64": "ca8e52e181d437fb34e24cc54685cd9f12eef868d9aef5f2d337b17842247d38"
		},
		"0.56.5": {
			"linux_amd64": "40e17d259c9fd7bce8e000a59239d7b9ebf13971117334ad117ae6eefd98f92b",
			"linux_arm64": "3b8565a5d924df0a7a7e61895f62972017f5613bead2d45218e0e4d47f7601c1"
		}
	},
	grype: { "0.120.1": {
		"darwin_amd64": "5313004ccbc524c8757521dc3913f1edf4309f56bef06a2fb2d0c0eeade7cc62",
		"darwin_arm64": "cf97957fa467d25575ec2cc3228289f391ea51cf88b9cffc5f83dc03d4cbc732",
		"linux_amd64": "0a9ee97ef5ae2ee953b0a80098105052e846cdbe319a57d808b519c33cd1343d",
		"linux_arm64": "29f47391dc283aa79fcc38e65224cd61f64dec0ecfd0db7074128ebf8ff23514"
	} },
	trivy: {
		"0.72.0": {
			"darwin_amd64": "ee5e60df8a98e5b89fd74a6d86f9e5c7e9a266a35002cb1e43291698b3bfee08",
			"darwin_arm64": "88f208680dc05da2b459e19b4f5aa2b4dc7c2117892ba4aab2ae63baba330016",
			"linux_amd64": "bbb64b9695866ce4a7a8f5c9592002c5961cab378577fa3f8a040df362b9b2ea",
			"linux_arm64": "2ca2c023109c2db6b2b77366b6717291452d4531167377d95c79547f0c8e3467"
		},
		"0.74.0": {
			"darwin_amd64": "472816f6888dda689d075c30254d4210b4d1035acf365aa72332f584c2f60485",
			"darwin_arm64": "1caada5e0e2091909357c7525d3aa76f4b660b13821bc143b190c7483e31cc11",
			"linux_amd64": "2ae6fe3ee734b7fdf11335663e18c75ea12dccc76062f09f164a3b0f8be4371a",
			"linux_arm64": "b94ce1976bbf3c15b514b605ee88be7c6d94a29be2302847ff01cb794d47aad5"
		}
	}
};
/** The versions that are used when none is asked for. */
const defaultVersions = {
	apko: "1.2.39",
	melange: "0.56.5",
	grype: "0.120.1",
	trivy: "0.74.0"
};
/** sha256 (hex) of the tarball for a platform such as `linux_amd64`; undefined when the catalogue lacks it. */
function knownSha256(name, version, platform) {
	return catalogue[name][version]?.[platform];
}
/** Versions that the catalogue has for the platform, oldest first. */
function knownVersions(name, platform) {
	return import_semver.default.sort(Object.keys(catalogue[name]).filter((version) => catalogue[name][version]?.[platform]));
}
/** Platforms that the catalogue has of the version: `linux_amd64`, … */
function knownPlatforms(name, version) {
	return Object.keys(catalogue[name][version] ?? {});
}
/** The newest version that the catalogue has for the platform; undefined when it has none. */
function latestVersion(name, platform) {
	return knownVersions(name, platform).at(-1);
}
/** Known neighbours of a version, to be named in a hint: `1.2.37, 1.2.39 (latest)`; empty when nothing is known for the platform. */
function neighbours(name, version, platform) {
	const known = knownVersions(name, platform).filter((each) => each !== version);
	const below = known.findLast((each) => import_semver.default.lt(each, version));
	const above = known.find((each) => import_semver.default.gt(each, version));
	const latest = known.at(-1);
	return [.../* @__PURE__ */ new Set([
		below,
		above,
		latest
	])].filter((each) => each !== void 0).map((each) => each === latest ? `${each} (latest)` : each).join(", ");
}
// src/tools/release-pages.ts
const chainguard = (name) => ({
	repository: `chainguard-dev/${name}`,
	architectures: [
		"amd64",
		"arm64",
		"386",
		"ppc64le",
		"s390x",
		"riscv64"
	],
	platform: (platform) => platform,
	checksums: () => "checksums.txt",
	flat: false
});
const trivyPlatforms = {
	linux_amd64: "Linux-64bit",
	linux_arm64: "Linux-ARM64",
	linux_386: "Linux-32bit",
	linux_ppc64le: "Linux-PPC64LE",
	linux_s390x: "Linux-s390x",
	darwin_amd64: "macOS-64bit",
	darwin_arm64: "macOS-ARM64"
};
const releasePages = {
	apko: chainguard("apko"),
	melange: chainguard("melange"),
	grype: {
		repository: "anchore/grype",
		architectures: [
			"amd64",
			"arm64",
			"ppc64le",
			"s390x"
		],
		platform: (platform) => platform,
		checksums: (version) => `grype_${version}_checksums.txt`,
		flat: true
	},
	trivy: {
		repository: "aquasecurity/trivy",
		architectures: [
			"amd64",
			"arm64",
			"386",
			"ppc64le",
			"s390x"
		],
		platform: (platform) => trivyPlatforms[platform] ?? platform,
		checksums: (version) => `trivy_${version}_checksums.txt`,
		flat: true
	}
};
// src/tools/release.ts
/** Whether the tool's release pages have tarballs for the architecture. */
function isReleased(name, { name: architecture }) {
	return releasePages[name].architectures.includes(architecture);
}
/** `linux_amd64` */
function platformOf({ os, architecture }) {
	return `${os}_${architecture.name}`;
}
/** The tarball's name without its ending: `apko_1.2.39_linux_amd64`, `trivy_0.74.0_Linux-64bit`. */
function stemOf({ name, version, platform }) {
	return `${name}_${version}_${releasePages[name].platform(platform)}`;
}
/** What every path in the tarball starts with: the one folder `apko_1.2.39_linux_amd64/`; nothing in a flat tarball. */
function topOf(tarball) {
	return releasePages[tarball.name].flat ? "" : `${stemOf(tarball)}/`;
}
/** `apko 1.2.39 for linux/amd64` */
function titleOf({ name, version, platform }) {
	return `${name} ${version} for ${platform.replace("_", "/")}`;
}
function tarballUrl(mirror, tarball) {
	return `${releaseUrl(mirror, tarball)}/${stemOf(tarball)}.tar.gz`;
}
function checksumsUrl(mirror, tarball) {
	return `${releaseUrl(mirror, tarball)}/${checksumsName(tarball)}`;
}
/** Name of the release's file of checksums. */
function checksumsName({ name, version }) {
	return releasePages[name].checksums(version);
}
/** The release's page for people. */
function pageUrl({ name, version }) {
	return `https://github.com/${releasePages[name].repository}/releases/tag/v${version}`;
}
function releaseUrl(mirror, { name, version }) {
	return `${mirror.replace(/\/+$/, "")}/${releasePages[name].repository}/releases/download/v${version}`;
}
// src/tools/wish.ts
/** Reads a wish. Fails with INPUT_INVALID for a wrong version or sha256, TOOL_UNKNOWN when no release can suit the machine. */
function resolveWish(wish, machine) {
	const { name } = wish;
	const given = wish.sha256 === void 0 ? {} : { sha256: readSha256(wish.sha256, name) };
	const text = wish.version.trim();
	if (text.includes("/")) return {
		kind: "binary",
		name,
		path: resolve(machine.workspace, text),
		...given
	};
	if (!isReleased(name, machine.architecture)) throw new Failure("TOOL_UNKNOWN", `${name} has no release for ${machine.architecture.platform}`, { hint: `Give the path of a binary of your own as ${name}-version.` });
	const platform = platformOf(machine);
	return {
		kind: "release",
		tarball: {
			name,
			version: readVersion(text, name, platform),
			platform
		},
		...given
	};
}
function readVersion(text, name, platform) {
	if (text === "") return defaultVersions[name];
	if (text === "latest") {
		const latest = latestVersion(name, platform);
		if (latest !== void 0) return latest;
		throw new Failure("TOOL_UNKNOWN", `the catalogue has no ${name} for ${platform.replace("_", "/")}`, { hint: `Give an exact ${name}-version with ${name}-sha256, or the path of a binary.` });
	}
	const version = /^v?\d/.test(text) ? import_semver.default.valid(text) : null;
	if (version !== null) return version;
	throw new Failure("INPUT_INVALID", `${name}-version is "${text}"; accepted: an exact version such as ${defaultVersions[name]}, latest, or a path with a slash`, { hint: `Leave ${name}-version out to get ${defaultVersions[name]}.` });
}
function readSha256(text, name) {
	const hex = text.trim().toLowerCase().replace(/^sha256:/, "");
	if (/^[0-9a-f]{64}$/.test(hex)) return hex;
	throw new Failure("INPUT_INVALID", `${name}-sha256 is "${text}"; accepted: the 64 hex digits of a sha256`, { hint: `Compute it with: sha256sum ${name}_*.tar.gz` });
}
// src/pipeline/reserved-arguments.ts
/** Flags of the tools that we set ourselves, and the input that stands for each; none where there is nothing to choose. */
const reserved = {
	"melange-args": {
		"--arch": "platforms",
		"--runner": "runner",
		"--signing-key": "signing-key",
		"--out-dir": "output",
		"--source-dir": "source-dir",
		"--workspace-dir": void 0,
		"--generate-index": void 0,
		"--ignore-signatures": void 0,
		"--rm": void 0
	},
	"apko-args": {
		"--arch": "platforms",
		"--sbom": void 0,
		"--sbom-path": void 0,
		"--ignore-signatures": void 0,
		"--workdir": void 0,
		"-C": void 0
	}
};
/** With these nothing is built, or somebody is waited for. */
const useless = /* @__PURE__ */ new Set([
	"--",
	"--help",
	"-h",
	"--interactive",
	"-i"
]);
/** Arguments among `args` that the input `name` may not hold (INPUT_INVALID each). */
function reservedArguments(name, args) {
	return args.flatMap((argument, index) => {
		const flag = flagOf(argument);
		if (flag === void 0) return takesValue(args[index - 1]) ? [] : stray(name, argument);
		if (useless.has(flag)) return refusal(`input "${name}" holds ${flag}, which has no use here`, `Remove ${flag}.`);
		if (!Object.hasOwn(reserved[name], flag)) return [];
		const input = reserved[name][flag];
		return refusal(`input "${name}" holds ${flag}, which is set by the action itself`, input === void 0 ? `Remove ${flag}.` : `Remove ${flag} and use the input "${input}".`);
	});
}
/** `--name` of `--name=value`, `-n` of `-n` or `-nvalue`; undefined for what is not a flag. */
function flagOf(argument) {
	if (argument.startsWith("--")) return argument.split("=")[0];
	return argument.startsWith("-") ? argument.slice(0, 2) : void 0;
}
/** Whether the next argument may be the value of this one. */
function takesValue(argument) {
	return argument !== void 0 && /^(--[^=]+|-[^-])$/.test(argument);
}
function stray(name, argument) {
	return refusal(`input "${name}" holds ${shownText(argument)}, which is neither a flag nor the value of one`, "Write an argument a line: --flag=value, or the value on the line after its flag.");
}
function refusal(message, hint) {
	return [new Failure("INPUT_INVALID", message, { hint })];
}
// src/pipeline/contradictions.ts
/** Inputs that can't all be meant at once (INPUT_INVALID each); pure. */
function contradictions(inputs) {
	const found = [...reservedArguments("melange-args", inputs["melange-args"] ?? []), ...reservedArguments("apko-args", inputs["apko-args"] ?? [])];
	if (inputs.username !== void 0 && inputs.token === void 0) found.push(contradiction("input \"username\" is given without \"token\"", "Give both, or log in with docker/login-action."));
	return found;
}
/** What is to be said of inputs that have no effect. */
function idleRemarks(inputs) {
	return [
		idleInputs(inputs),
		idleScanInputs(inputs),
		idleReleaseInputs(inputs)
	].filter((remark) => remark !== void 0);
}
/**
* A remark on inputs that mean nothing where nothing is signed; undefined when there are none. It is no failure: `sign` is often an
* expression, and the others are always there.
*/
function idleInputs(inputs) {
	if (inputs.sign !== "false") return void 0;
	const idle = [
		...[
			"cosign-key",
			"cosign-password",
			"fulcio-url",
			"rekor-url",
			"tsa-url",
			"trusted-root"
		].filter((name) => inputs[name] !== void 0),
		...(inputs["signature-format"] ?? "bundle") === "bundle" ? [] : ["signature-format"],
		...inputs["attest-to"]?.github ? ["attest-to"] : []
	];
	return idle.length === 0 ? void 0 : `nothing is signed ("sign" is "false"), so these have no effect: ${idle.join(", ")}`;
}
/** The same where nothing is scanned. */
function idleScanInputs(inputs) {
	if (inputs.scan !== "false") return void 0;
	const idle = [
		"scan-ignore",
		"vex",
		"scan-database"
	].filter((name) => [inputs[name] ?? []].flat().length > 0);
	return idle.length === 0 ? void 0 : `nothing is scanned ("scan" is "false"), so these have no effect: ${idle.join(", ")}`;
}
/** The same where nothing is released. */
function idleReleaseInputs(inputs) {
	if (inputs.release !== "false") return void 0;
	const idle = [
		...inputs.draft ? ["draft"] : [],
		...(inputs.assets ?? []).length > 0 ? ["assets"] : [],
		...inputs["major-tag"] ? ["major-tag"] : []
	];
	return idle.length === 0 ? void 0 : `nothing is released ("release" is "false"), so these have no effect: ${idle.join(", ")}`;
}
function contradiction(message, hint) {
	return new Failure("INPUT_INVALID", message, { hint });
}
// src/pipeline/find-locks.ts
/** Gives each image its lock, where it has one, and tells what is wrong with locks that are to be built by. */
async function findLocks(images, wish) {
	const failures = [];
	const locked = await Promise.all(images.map(async (image) => {
		const lock = await lockOf(image, wish);
		if (lock === void 0) return image;
		if (lock.mode === "update") await collect$1(failures, () => refuseOtherThanLock(lock));
		else failures.push(...await wrongWith(lock, image, wish));
		return {
			...image,
			lock
		};
	}));
	const paths = locked.flatMap((image) => "lock" in image && image.lock !== void 0 ? [image.lock.path] : []);
	if (new Set(paths).size < paths.length) return {
		images,
		failures: [sharedLock(wish.lockfile ?? "")]
	};
	return {
		images: locked,
		failures
	};
}
async function lockOf({ file }, { lockfile, workspace }) {
	const beside = resolve(workspace, file.file).replace(/(?:\.ya?ml)?$/i, ".lock.json");
	if (lockfile === void 0) return await isFile$2(beside) ? lockAt("use", beside, workspace) : void 0;
	const keyword = lockfile.toLowerCase();
	if (keyword === "update" || keyword === "frozen") return lockAt(keyword, beside, workspace);
	return lockAt("use", resolve(workspace, lockfile.replaceAll("{name}", file.name)), workspace);
}
function lockAt(mode, path, workspace) {
	const inside = relative(workspace, path);
	return {
		mode,
		path,
		file: inside.startsWith("..") || isAbsolute(inside) ? path : inside
	};
}
async function wrongWith(lock, { file, architectures }, { packages }) {
	try {
		await readLock$1(lock, {
			file,
			architectures,
			packages
		});
		return [];
	} catch (error) {
		return foreseen(error);
	}
}
function sharedLock(lockfile) {
	return new Failure("INPUT_INVALID", `input "lockfile" is ${JSON.stringify(lockfile)} for several images; a lock is of one image`, { hint: "Write {name}, which stands for the name of the apko file, or leave \"lockfile\" out." });
}
async function isFile$2(path) {
	return (await stat(path).catch(() => void 0))?.isFile() ?? false;
}
// src/melange/unreadable-packages.ts
/** An error of the file system below a folder that the input `packages` names, as PACKAGES_INVALID; anything else as it is. */
function unreadable(error, path) {
	if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
	const place = "path" in error && typeof error.path === "string" ? error.path : path;
	return new Failure("PACKAGES_INVALID", `input "packages": cannot read ${place}: ${why(String(error.code))}`, {
		cause: error,
		hint: "Name the folder of the output \"packages\" of a package step; this user must be able to read all that is in it."
	});
}
function why(code) {
	if (code === "EACCES" || code === "EPERM") return "no permission";
	return code === "ENOENT" ? "it is not there" : code;
}
// src/pipeline/value-files.ts
/**
* Reads a file of environment variables by the grammar that melange reads it by (github.com/joho/godotenv). Fails with
* CONFIG_INVALID at the first line that is not of it; what the line says is not told, since it may be a secret.
*/
async function checkEnvFile(absolute, file) {
	const text = (await readTextFile(absolute, file)).replaceAll("---\n", "   \n").replaceAll("\r\n", "\n");
	const blank = /(?:\s|#[^\n]*)*/y;
	const name = /(?:export[\t ]+)?[\p{L}\p{N}_.]+[\t ]*[=:][\t ]*/uy;
	const value = /"[^]*?(?<!\\)"|'[^]*?(?<!\\)'|(?!["'])[^\n]*/y;
	const after = (grammar, start) => {
		grammar.lastIndex = start;
		return grammar.test(text) ? grammar.lastIndex : void 0;
	};
	for (let start = after(blank, 0) ?? 0; start < text.length;) {
		const line = text.slice(0, start).split("\n").length;
		const named = after(name, start);
		if (named === void 0) throw invalid$2({
			file,
			line
		}, "not NAME=value");
		const end = after(value, named);
		if (end === void 0) throw invalid$2({
			file,
			line
		}, "the quote of its value is not closed");
		start = after(blank, end) ?? end;
	}
}
/** Reads a file of variables. Fails with CONFIG_INVALID at each place where it is not a mapping of texts. */
async function checkVarsFile(absolute, file) {
	const yaml = await readYamlFile(absolute, file);
	if (!isRecord$2(yaml.value)) throw invalid$2(yaml.placeOf([]), "a vars-file is a mapping of names to texts");
	const wrong = Object.entries(yaml.value).filter(([, value]) => typeof value === "object" && value !== null);
	throwIfAny(wrong.map(([name]) => invalid$2(yaml.placeOf([name]), `the variable ${JSON.stringify(name)} is not a text`)));
}
function invalid$2(at, text) {
	return new Failure("CONFIG_INVALID", `${at.file}:${at.line}: ${text}`, { at });
}
// src/pipeline/input-paths.ts
const kinds = {
	"source-dir": "folder",
	"pipeline-dir": "folder",
	packages: "folder",
	"env-file": "file",
	"vars-file": "file",
	"keyring-append": "file"
};
const readers$1 = {
	"env-file": checkEnvFile,
	"vars-file": checkVarsFile
};
/**
* Looks whether every file and folder that the inputs name is there (CONFIG_MISSING each), and reads those that melange would read
* late (CONFIG_INVALID). URLs are not looked at, nor, where the run builds packages, the folder that they go to.
*/
async function findPathProblems(inputs, { workspace, builds }) {
	const found = [];
	for (const [input, kind] of Object.entries(kinds)) for (const path of [inputs[input] ?? []].flat()) {
		if (URL.canParse(path)) continue;
		const closed = input === "packages" ? await closedFolder(resolve(workspace, path)) : void 0;
		if (closed !== void 0) found.push(closed);
		else if (!await isThere$1(resolve(workspace, path), kind)) found.push(missing(input, path, kind));
		else await collect$1(found, async () => readers$1[input]?.(resolve(workspace, path), path));
	}
	return [...found, ...await missingRepositories(inputs, {
		workspace,
		builds
	})];
}
async function missingRepositories(inputs, { workspace, builds }) {
	const found = [];
	const made = resolve(workspace, inputs.output ?? "giropops-output", "packages");
	const isOwn = (line) => isBuiltRepository(line) && (builds || (inputs.packages ?? []).length > 0) || builds && resolve(workspace, addressOf(line)) === made;
	for (const input of ["repository-append", "build-repository-append"]) for (const line of (inputs[input] ?? []).filter((each) => isPath(addressOf(each)) && !isOwn(each))) {
		const path = addressOf(line);
		if (!await isThere$1(resolve(workspace, path), "folder")) found.push(missing(input, path, "folder"));
	}
	return found;
}
/** Why a folder of packages cannot be looked for: one above it is closed to us. */
async function closedFolder(path) {
	const error = await stat(path).then(() => void 0, (cause) => cause);
	if (!(error instanceof Error) || !("code" in error) || error.code !== "EACCES") return void 0;
	const told = unreadable(error, path);
	return told instanceof Failure ? told : void 0;
}
async function isThere$1(path, kind) {
	const status = await stat(path).catch(() => void 0);
	return (kind === "file" ? status?.isFile() : status?.isDirectory()) ?? false;
}
function missing(input, path, kind) {
	return new Failure("CONFIG_MISSING", `input "${input}": there is no ${kind} ${JSON.stringify(path)}`, { hint: "Paths are relative to the workspace." });
}
// src/pipeline/image-version.ts
/**
* The package that an image is there for: the one that a rule of `type=apk` names, the one that the git tag starts with
* (`senhas/v1.0.0`), the one named like the image or its apko file, the only one.
*/
function packageOf(image, { melange, tagged, context }) {
	const makes = (name) => melange.find((each) => name !== void 0 && [each.name, ...each.subpackages].includes(name));
	const tag = tagOf(context) ?? "";
	const ofTag = melange.find(({ name }) => prefixed(tag, name) !== void 0);
	const [only, ...others] = melange;
	return [
		...tagged.packages,
		ofTag?.name,
		image.name.split("/").at(-1),
		image.file.name
	].map(makes).find((each) => each !== void 0) ?? (others.length === 0 ? only : void 0);
}
/** The version that a git tag is for: `1.0.0` of `v1.0.0`, of `senhas-1.0.0` when the package is called so; undefined when it is no version. */
function versionInTag(tag, name) {
	const text = (name === void 0 ? void 0 : prefixed(tag, name)) ?? tag;
	return /^(?:v(?=\d)|(?=\d+\.))(\d+(?:\.\d+)*(?:[-_+~.]?[0-9A-Za-z]+)*)$/i.exec(text)?.[1];
}
/** Whether a git tag starts with the name of a package: `senhas/v1.0.0`, `senhas-1.0.0`. */
function isTagOf(tag, name) {
	return prefixed(tag, name) !== void 0;
}
function prefixed(tag, name) {
	return tag.startsWith(name) ? /^[-_/@](.+)$/.exec(tag.slice(name.length))?.[1] : void 0;
}
/**
* The version that an image is said to be of: its first tag that the clock is not in. On a git tag that is a version the
* first tag that is that version, else the version itself.
*/
function imageVersion({ tagged, context, package: file }) {
	const names = tagged.tags.filter(({ timed }) => !timed).map(({ name }) => name);
	const released = versionInTag(tagOf(context) ?? "", file?.name);
	if (released === void 0) return names[0] ?? file?.version;
	const version = {
		version: released,
		epoch: file?.epoch ?? 0
	};
	return names.find((name) => !isShort(name, released) && saysVersion(name, version)) ?? released;
}
/** Whether a text says the version of a package: `1.0.0`, `v1.0.0-r0`, `1.0.0-rc.1` for 1.0.0_rc1; `1.0` and `1` for all that start so. */
function saysVersion(text, { version, epoch }) {
	const revision = splitRevision(text);
	if (revision !== void 0 && Number(revision.epoch) !== epoch) return false;
	const plain = revision?.version ?? text;
	return isShort(plain, version) || isSame(plain.replace(/^v(?=\d)/i, ""), version);
}
function isShort(text, version) {
	const numbers = /^v?(\d+(?:\.\d+)?)$/i.exec(text)?.[1];
	return numbers !== void 0 && version.startsWith(`${numbers}.`);
}
function isSame(text, version) {
	return text === version || (suggestVersion(text) ?? text) === (suggestVersion(version) ?? version);
}
// src/pipeline/package-version-check.ts
/**
* What is wrong with the version of the package that is built without an image, on a git tag or release that is a version; the
* package is the one that the tag starts with, else the only one. Undefined where they agree, and where there is nothing to compare.
*/
function findPackageMismatch(melange, context) {
	const packages = melange.filter(({ version }) => !version.includes("${{")).map((file) => ({
		name: file.name,
		version: `${file.version}-r${file.epoch}`,
		at: file.placeOf(["package", "version"])
	}));
	if (packages.length < melange.length) return void 0;
	return mismatchOf(tagOf(context) ?? "", packages);
}
/** The same of a tag that records are released under. */
function findReleaseMismatch(tag, records) {
	const mains = new Set(records.flatMap(({ graph }) => graph?.nodes.map(({ package: name }) => name) ?? []));
	const built = records.flatMap(({ packages }) => packages?.built ?? []);
	return mismatchOf(tag, [...new Map(built.map((each) => [`${each.name} ${each.version}`, each])).values()].filter(({ name }) => mains.size === 0 || mains.has(name)).map(({ name, version }) => ({
		name,
		version
	})));
}
function mismatchOf(tag, packages) {
	const [only, ...others] = packages;
	const made = packages.find(({ name }) => isTagOf(tag, name)) ?? (others.length === 0 ? only : void 0);
	const released = versionInTag(tag, made?.name);
	if (made === void 0 || released === void 0) return void 0;
	const { version, epoch } = splitRevision(made.version) ?? {
		version: made.version,
		epoch: "0"
	};
	if (saysVersion(released, {
		version,
		epoch: Number(epoch)
	})) return void 0;
	const { at } = made;
	const place = at === void 0 ? "" : ` (${at.file}:${at.line})`;
	const lines = [
		"the versions disagree",
		`git tag: ${tag}`,
		`package ${made.name}: ${made.version}${place}`
	];
	return new Failure("VERSION_MISMATCH", lines.join("\n  "), {
		at,
		hint: `Set "version" in ${at?.file ?? "the melange file"} to that of the tag, and tag the commit that has it; "version-check: false" goes on all the same.`
	});
}
// src/pipeline/output-folder.ts
/**
* Where results go: the folder that was named, else one beside the run's own that stays after it. Made, proven to be writable, and
* ours alone until the run ends. Fails with INPUT_INVALID.
*/
async function openOutput(named, { machine, context, claimFolder }) {
	const { workspace } = machine;
	const usual = context.workflow ? unnamedOutput(machine) : join(workspace, "giropops-output");
	const folder = named === void 0 ? usual : resolve(workspace, named);
	if (!relative(await realPathOf(folder), await realPathOf(workspace)).startsWith("..")) throw new Failure("INPUT_INVALID", `input "output" is ${JSON.stringify(named)}, which holds the workspace itself`, { hint: "Name a folder inside of the workspace or elsewhere." });
	try {
		await makeFolder(folder);
		const probe = join(folder, ".giropops-probe");
		await writeFile(probe, "");
		await rm(probe);
		await claimFolder(folder);
	} catch (cause) {
		if (cause instanceof Failure) throw cause;
		const reason = cause.code;
		throw new Failure("INPUT_INVALID", `input "output": cannot write to ${folder} (${reason})`, {
			cause,
			hint: "Name a folder that may be written to."
		});
	}
	return folder;
}
/** Where a path leads, links followed as far as it exists. */
async function realPathOf(path) {
	const parent = dirname(path);
	return realpath(path).catch(async () => parent === path ? path : join(await realPathOf(parent), basename(path)));
}
/** Makes a folder and those above it. `recursive` of node's own never ends where a file system takes no folders (/proc). */
async function makeFolder(folder) {
	const isMade = async () => mkdir(folder).then(() => true, (error) => {
		if (error.code === "EEXIST") return true;
		if (error.code === "ENOENT") return false;
		throw error;
	});
	if (await isMade()) return;
	if (dirname(folder) !== folder) await makeFolder(dirname(folder));
	await mkdir(folder).catch((error) => {
		if (error.code !== "EEXIST") throw error;
	});
}
/** Removes the folder of a workflow's run that named none and failed: nobody is told where it is. */
async function dropUnnamedOutput({ machine, context }) {
	if (context.workflow) await rm(unnamedOutput(machine), {
		recursive: true,
		force: true
	});
}
function unnamedOutput({ temp }) {
	return `${temp}-output`;
}
// src/pipeline/plan-names.ts
/** Gives every image its repositories and tags; bad names, and two images of one name, are failures. */
function nameImages({ wish, apko, context }) {
	const failures = [];
	const attempt = (input, body) => {
		try {
			return body();
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			failures.push(new Failure(error.code, `input "${input}": ${error.message}`, error));
			return;
		}
	};
	const { tags } = wish;
	const patterns = wish.image.length > 0 ? wish.image : defaultImage(context.repository);
	const unfit = /* @__PURE__ */ new Set();
	for (const pattern of new Set(apko.length > 0 ? patterns : [])) if (attempt("image", () => parseTemplate$1(pattern)) === void 0) unfit.add(pattern);
	const named = apko.map((file) => {
		const names = patterns.map((pattern) => pattern.replaceAll("{name}", file.name));
		const parsed = patterns.filter((pattern) => !unfit.has(pattern)).flatMap((pattern) => attempt("image", () => parseRepository(pattern.replaceAll("{name}", file.name))) ?? []);
		return {
			file,
			names: names.length > 0 ? names : [file.name],
			repositories: distinct$1(parsed)
		};
	});
	const images = named.map(({ file, names: [name = file.name], repositories }) => ({
		file,
		name,
		repositories,
		tags
	}));
	const elsewhere = images.find(({ repositories }) => isElsewhere(repositories, wish.registry));
	if (elsewhere !== void 0) failures.push(otherRegistry(elsewhere, wish.registry));
	const shared = sharedName(named);
	if (shared !== void 0) failures.push(shared);
	return {
		images,
		failures
	};
}
/** Fails with INPUT_INVALID for what is wrong with a name whatever the image is. */
function parseTemplate$1(pattern) {
	const [unknown] = pattern.replaceAll("{name}", "").match(/\{[^{}]*\}/) ?? [];
	if (unknown === void 0) return parseRepository(pattern.replaceAll("{name}", "name"));
	throw new Failure("INPUT_INVALID", `"${pattern}" has ${unknown}, which stands for nothing; accepted: {name}`, { hint: "{name} stands for the apko file name without its ending." });
}
function isElsewhere(repositories, registry) {
	if (registry === void 0 || repositories.length === 0) return false;
	return repositories.every((repository) => registryOfHost(registry) !== repository.registry);
}
function otherRegistry({ name, repositories }, registry) {
	const list = repositories.length > 1 ? repositories.map(formatRepository).join(", ") : name;
	return new Failure("INPUT_INVALID", `input "registry" is ${JSON.stringify(registry)}, but the image is ${list}`, { hint: "Leave \"registry\" out, or name an image of that registry." });
}
function defaultImage(repository) {
	return repository === void 0 ? [] : [`ghcr.io/${repository.toLowerCase()}`];
}
/** Each repository once. */
function distinct$1(repositories) {
	return [...new Map(repositories.map((each) => [formatRepository(each), each])).values()];
}
function sharedName(images) {
	const places = images.flatMap(({ file, names }) => [...new Set(names)].map((name) => ({
		name,
		file
	})));
	const [name, clashing = []] = [...Map.groupBy(places, ({ name }) => name)].find(([, group]) => group.length > 1) ?? [];
	if (name === void 0) return void 0;
	const list = clashing.map(({ file }) => file.file).join(", ");
	const same = new Set(clashing.map(({ file }) => file.name)).size === 1;
	return new Failure("INPUT_INVALID", `${clashing.length} images have the one name ${JSON.stringify(name)}: ${list}`, { hint: same ? "Give the apko files different names; {name} in \"image\" stands for the file name without its ending." : "Put {name} into \"image\", for example ghcr.io/owner/{name}; it stands for the apko file name." });
}
// src/pipeline/plan.ts
/** Decides what will be done, from what was asked and found, and tells all that is wrong with it; pure. */
function makePlan(facts) {
	const { wish, melange, apko, context, host } = facts;
	const named = nameImages(facts);
	const images = named.images.map((image) => ({
		...image,
		architectures: architecturesOf(image.file, facts)
	}));
	const push = images.length > 0 && isPushed$1(facts);
	const declared = declaredGraph(melange);
	const failures = [...named.failures, ...declared.failures];
	if (melange.length === 0 && apko.length === 0 && !facts.unreadable) failures.push(nothingToDo());
	if (push && wish.image.length === 0 && context.repository === void 0) failures.push(nowhereToPush());
	const wanted = [
		images.flatMap(({ architectures }) => architectures),
		wish.platforms,
		[host]
	].find((list) => list.length > 0) ?? [];
	return {
		plan: {
			packages: {
				files: melange,
				graph: declared.graph,
				architectures: [...new Set(wanted)]
			},
			images,
			push,
			load: wish.load
		},
		failures
	};
}
function isPushed$1({ wish, context }) {
	if (wish.push !== "auto") return wish.push === "true";
	return context.workflow && !isPullRequest(context);
}
function architecturesOf(file, { wish, host }) {
	if (wish.platforms.length > 0) return wish.platforms;
	return file.architectures.length > 0 ? file.architectures : [host];
}
function nothingToDo() {
	return new Failure("CONFIG_MISSING", "there is neither a melange.yaml nor an apko.yaml, and no input names other files", { hint: "Check out the repository before this step (actions/checkout), or name the files with \"melange-config\" and \"apko-config\"." });
}
function nowhereToPush() {
	return new Failure("INPUT_INVALID", "input \"push\" is \"true\", but nothing says where to", { hint: "Name the repository with \"image\", for example ghcr.io/owner/name." });
}
// src/tags/default-marks.ts
/** What labels and annotations say where nobody says otherwise; only what is known. `source` ties a package on GitHub to its repository. */
function defaultMarks({ context, title, version }) {
	const { server, repository, commit, description, license } = context;
	const page = server === void 0 || repository === void 0 ? void 0 : `${server}/${repository}`;
	const known = {
		[markKeys.description]: description,
		[markKeys.licenses]: license,
		[markKeys.revision]: commit,
		[markKeys.source]: page,
		[markKeys.title]: title,
		[markKeys.url]: page,
		[markKeys.version]: version
	};
	return Object.fromEntries(Object.entries(known).filter((pair) => pair[1] !== void 0));
}
// src/tags/date-tokens.ts
const months = "January February March April May June July August September October November December".split(" ");
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const pad = (value, digits) => String(value).padStart(digits, "0");
function ordinal(value) {
	return `${value}${value % 100 >= 11 && value % 100 <= 13 ? "th" : [
		"th",
		"st",
		"nd",
		"rd"
	][value % 10] ?? "th"}`;
}
const dayMilliseconds = 864e5;
const year = ({ shown }) => shown.getUTCFullYear();
const month = ({ shown }) => shown.getUTCMonth();
const day$2 = ({ shown }) => shown.getUTCDate();
const weekday = ({ shown }) => shown.getUTCDay();
const hour = ({ shown }) => shown.getUTCHours();
const minute = ({ shown }) => shown.getUTCMinutes();
const second = ({ shown }) => shown.getUTCSeconds();
const hour12 = (time) => hour(time) % 12 || 12;
const hour24 = (time) => hour(time) || 24;
const quarter = (time) => Math.floor(month(time) / 3) + 1;
const dayOfYear = (time) => {
	const start = Date.UTC(year(time), 0, 1);
	return Math.floor((time.shown.getTime() - start) / dayMilliseconds) + 1;
};
/** Week and its year; a week begins on `first` (0 is Sunday), and the first of a year is the one with its day `holds` of January. */
function weekOf(time, first, holds) {
	const begin = Date.UTC(year(time), month(time), day$2(time)) - (weekday(time) - first + 7) % 7 * dayMilliseconds;
	const weekOne = (of) => {
		const inside = new Date(Date.UTC(of, 0, holds));
		return inside.getTime() - (inside.getUTCDay() - first + 7) % 7 * dayMilliseconds;
	};
	const found = [
		year(time) + 1,
		year(time),
		year(time) - 1
	].find((each) => weekOne(each) <= begin) ?? year(time);
	return {
		week: Math.round((begin - weekOne(found)) / (7 * dayMilliseconds)) + 1,
		year: found
	};
}
const isoWeek = (time) => weekOf(time, 1, 4);
const week = (time) => weekOf(time, 0, 1);
function offsetOf({ offset }, separator) {
	const size = Math.abs(offset);
	return `${offset < 0 ? "-" : "+"}${pad(Math.floor(size / 60), 2)}${separator}${pad(size % 60, 2)}`;
}
function zoneName({ zone }) {
	if (/^(utc|etc\/utc)$/i.test(zone)) return "UTC";
	throw new Wrong("the date format has \"z\", which only UTC has; accepted: Z for the offset");
}
/** A number as `X`, and with its ordinal as `Xo`. */
const counted = (numbers) => Object.fromEntries(Object.entries(numbers).flatMap(([name, value]) => [[name, (time) => String(value(time))], [`${name}o`, (time) => ordinal(value(time))]]));
/** A number with as many digits as its name has letters. */
const padded = (numbers) => Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, (time) => pad(value(time), name.length)]));
/** The format tokens of moment.js (displaying/format), in English. */
const tokens = {
	...counted({
		M: (t) => month(t) + 1,
		Q: quarter,
		D: day$2,
		d: weekday,
		w: (t) => week(t).week,
		W: (t) => isoWeek(t).week
	}),
	...counted({ DDD: dayOfYear }),
	...padded({
		MM: (t) => month(t) + 1,
		DD: day$2,
		ww: (t) => week(t).week,
		WW: (t) => isoWeek(t).week
	}),
	...padded({
		YYYY: year,
		gggg: (t) => week(t).year,
		GGGG: (t) => isoWeek(t).year,
		HH: hour,
		hh: hour12,
		kk: hour24
	}),
	...padded({
		mm: minute,
		ss: second,
		YY: (t) => year(t) % 100,
		gg: (t) => week(t).year % 100
	}),
	...padded({ GG: (t) => isoWeek(t).year % 100 }),
	DDDD: (t) => pad(dayOfYear(t), 3),
	MMM: (t) => (months[month(t)] ?? "").slice(0, 3),
	MMMM: (t) => months[month(t)] ?? "",
	dd: (t) => (days[weekday(t)] ?? "").slice(0, 2),
	ddd: (t) => (days[weekday(t)] ?? "").slice(0, 3),
	dddd: (t) => days[weekday(t)] ?? "",
	e: (t) => String(weekday(t)),
	E: (t) => String(weekday(t) || 7),
	...Object.fromEntries([
		"Y",
		"y",
		"yy",
		"yyy",
		"yyyy"
	].map((name) => [name, (t) => String(year(t))])),
	YYYYYY: (t) => `+${pad(year(t), 6)}`,
	H: (t) => String(hour(t)),
	h: (t) => String(hour12(t)),
	k: (t) => String(hour24(t)),
	m: (t) => String(minute(t)),
	s: (t) => String(second(t)),
	...Object.fromEntries(Array.from({ length: 9 }, (_, at) => ["S".repeat(at + 1), (t) => pad(t.shown.getUTCMilliseconds(), 3).padEnd(9, "0").slice(0, at + 1)])),
	A: (t) => hour(t) < 12 ? "AM" : "PM",
	a: (t) => hour(t) < 12 ? "am" : "pm",
	Z: (t) => offsetOf(t, ":"),
	ZZ: (t) => offsetOf(t, ""),
	z: zoneName,
	zz: zoneName,
	X: (t) => String(Math.floor(t.moment.getTime() / 1e3)),
	x: (t) => String(t.moment.getTime())
};
/** Tokens that stand for others. */
const shorthands = {
	LTS: "h:mm:ss A",
	LT: "h:mm A",
	L: "MM/DD/YYYY",
	LL: "MMMM D, YYYY",
	LLL: "MMMM D, YYYY h:mm A",
	LLLL: "dddd, MMMM D, YYYY h:mm A",
	l: "M/D/YYYY",
	ll: "MMM D, YYYY",
	lll: "MMM D, YYYY h:mm A",
	llll: "ddd, MMM D, YYYY h:mm A"
};
// src/tags/zoned-time.ts
/** The time in a zone of the IANA database (`America/Sao_Paulo`). Throws Wrong when there is no such zone. */
function timeIn(moment, zone) {
	const parts = formatFor(zone).formatToParts(moment);
	const part = (type) => Number(parts.find((each) => each.type === type)?.value);
	const shown = new Date(Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"), moment.getUTCMilliseconds()));
	return {
		shown,
		moment,
		offset: Math.round((shown.getTime() - moment.getTime()) / 6e4),
		zone
	};
}
function formatFor(timeZone) {
	try {
		return new Intl.DateTimeFormat("en-US", {
			timeZone,
			hourCycle: "h23",
			year: "numeric",
			month: "numeric",
			day: "numeric",
			hour: "numeric",
			minute: "numeric",
			second: "numeric"
		});
	} catch {
		const near = nearest(timeZone, Intl.supportedValuesOf("timeZone"));
		throw new Wrong(`tz is ${JSON.stringify(timeZone)}; accepted: a time zone such as UTC or America/Sao_Paulo`, near === void 0 ? void 0 : `Write tz='${near}'.`);
	}
}
// src/tags/date-format.ts
const names = [...Object.keys(tokens), ...Object.keys(shorthands)].sort((a, b) => b.length - a.length);
const piece = new RegExp(`\\[([^\\[\\]]*)\\]|(${names.join("|")})|.`, "gs");
/**
* A moment by a format of moment.js, `YYYYMMDD-HHmmss`; texts in brackets stay as they are. Throws Wrong for a format
* that has nothing of a date, one of strftime, and a zone that does not exist.
*/
function formatDate(moment, format, zone = "UTC") {
	const accepted = "accepted: a format of moment.js such as 'YYYYMMDDHHmmss'";
	if (format.includes("%")) throw new Wrong(`the date format is ${JSON.stringify(format)}, which is strftime's; ${accepted}`);
	if (![...format.matchAll(piece)].some(([, , token]) => token !== void 0)) throw new Wrong(`the date format is ${JSON.stringify(format)}; ${accepted}`);
	return fill$1(timeIn(moment, zone), format);
}
function fill$1(time, format) {
	return format.replace(piece, (all, literal, token) => {
		if (literal !== void 0) return literal;
		const whole = shorthands[token ?? ""];
		if (whole !== void 0) return fill$1(time, whole);
		return tokens[token ?? ""]?.(time) ?? all;
	});
}
// src/tags/expressions.ts
/** The ref that rules look at: on `pull_request_target` that of the pull request, on a release event its tag. */
function refOf(context) {
	const { event, pullRequest, release, ref = "" } = context;
	if (event === "pull_request_target" && pullRequest !== void 0) return `refs/pull/${pullRequest.number}/merge`;
	return release === void 0 ? ref : `refs/tags/${tagOf(context)}`;
}
const branchIn = (ref) => /^refs\/heads\/(.*)$/.exec(ref)?.[1] ?? "";
const tagIn = (ref) => /^refs\/tags\/(.*)$/.exec(ref)?.[1] ?? "";
/** The expressions of prefixes, suffixes, values, `enable` and labels. `onClock` is told when one reads the clock. */
function globalExpressions({ context, now }, onClock) {
	const ref = refOf(context);
	const { commit = "", commitTime, baseRef = "" } = context;
	return {
		branch: plain(branchIn(ref)),
		tag: plain(tagIn(ref)),
		sha: (call) => commit.slice(0, lengthOf(call)),
		base_ref: plain(/^refs\/(tags|pull)\//.test(ref) ? baseRef : ""),
		is_default_branch: plain(String(isDefaultBranch(context, ref))),
		is_not_default_branch: plain(String(!isDefaultBranch(context, ref))),
		date: (call) => {
			onClock();
			return dateBy(call, now);
		},
		commit_date: (call) => {
			if (commitTime === void 0) onClock();
			return dateBy(call, commitTime === void 0 ? now : /* @__PURE__ */ new Date(commitTime * 1e3));
		}
	};
}
/** An expression that takes no arguments. */
function plain(value) {
	return ({ name, args, named }) => {
		const given = [...args, ...[...named].map(([key, text]) => `${key}=${text}`)];
		if (given.length > 0) throw new Wrong(`{{${name}}} takes no arguments, here are: ${given.join(" ")}`);
		return value;
	};
}
function lengthOf({ args, named }) {
	const [given = String(7), ...more] = args;
	const length = Number(given);
	if (more.length === 0 && named.size === 0 && length >= 1 && length <= 64) return length;
	throw new Wrong("{{sha}} takes how many digits it has; accepted: a number from 1 to 64, as in {{sha 5}}");
}
function dateBy({ name, args, named }, moment) {
	const [format, ...more] = args;
	if (format === void 0 || more.length > 0) throw new Wrong(`{{${name}}} takes one format, here are ${args.length}; accepted: {{${name} 'YYYYMMDD'}}`);
	const strange = [...named.keys()].find((key) => key !== "tz");
	if (strange !== void 0) throw new Wrong(`{{${name}}} has ${JSON.stringify(strange)}; accepted: tz`);
	return formatDate(moment, format, named.get("tz"));
}
/** Events that have no ref of their own run on the last commit of the default branch. */
function isDefaultBranch({ event = "", defaultBranch }, ref) {
	const branch = ref.replace(/^refs\/heads\//, "");
	if (branch === "") return false;
	return branch === defaultBranch || /create|discussion|issues|schedule/.test(event);
}
// src/tags/line-failure.ts
/** The failure (INPUT_INVALID) for what is wrong with a line of an input. Anything but Wrong is a bug and thrown on. */
function lineFailure(input, { line, text }, error) {
	if (!(error instanceof Wrong)) throw error;
	const shown = JSON.stringify(text.length > 120 ? `${text.slice(0, 100)}…` : text);
	return new Failure("INPUT_INVALID", `input "${input}", line ${line} (${shown}): ${error.message}`, { hint: error.hint ?? `Correct line ${line} of "${input}".` });
}
// src/tags/template.ts
const hole = /\{\{(\{?)(?:'[^']*'|"[^"]*"|[^{}'"])*\}\}(\}?)/gs;
const argument = /(?:([A-Za-z_][\w-]*)=)?(?:'([^']*)'|"([^"]*)"|([^\s'"=]+))(?=\s|$)|\S+/g;
/** Reads `mytag-{{branch}}`: Handlebars' expressions with texts and numbers as arguments, without blocks. Throws Wrong. */
function parseTemplate(text) {
	const parts = [];
	let at = 0;
	for (const match of text.matchAll(hole)) {
		const [all, open = "", close = ""] = match;
		parts.push(literal(text.slice(at, match.index)));
		if (open.length !== close.length) throw new Wrong(`${all} has not as many "}" as "{"`);
		parts.push({
			call: readCall(all, all.slice(2 + open.length, -2 - close.length)),
			raw: open === "{"
		});
		at = match.index + all.length;
	}
	return [...parts, literal(text.slice(at))].filter((part) => part !== "");
}
/** Whether a template is that one expression and nothing else. */
function isOnly(template, name) {
	const [first] = template;
	return template.length === 1 && typeof first === "object" && first.call.name === name;
}
/** Fills the holes; with `escaped` as Handlebars does for HTML, unless a hole has three braces. Throws Wrong. */
function fillTemplate(template, expressions, escaped = true) {
	return template.map((part) => typeof part === "string" ? part : fill(part, expressions, escaped)).join("");
}
function fill({ call, raw }, expressions, escaped) {
	const expression = Object.hasOwn(expressions, call.name) ? expressions[call.name] : void 0;
	if (expression === void 0) {
		const accepted = Object.keys(expressions);
		const near = nearest(call.name, accepted);
		throw new Wrong(`there is no {{${call.name}}} here; accepted: ${accepted.join(", ")}`, near === void 0 ? void 0 : `Write {{${near}}}.`);
	}
	const value = expression(call);
	return escaped && !raw ? value.replace(/[&<>"'`=]/g, (character) => entities[character] ?? character) : value;
}
/** What Handlebars writes for these characters; tags keep the letters of it. */
const entities = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;",
	"'": "&#x27;",
	"`": "&#x60;",
	"=": "&#x3D;"
};
function literal(text) {
	if (text.includes("{{")) throw new Wrong(`"{{" has no "}}" in ${JSON.stringify(text)}`);
	return text;
}
function readCall(all, inside) {
	const [, name, rest = ""] = /^\s*([A-Za-z_][\w-]*)(?=\s|$)(.*)$/s.exec(inside) ?? [];
	if (name === void 0) throw new Wrong(`${all} is not an expression; accepted: a name and its arguments, {{date 'YYYYMMDD'}}`);
	const args = [];
	const named = /* @__PURE__ */ new Map();
	for (const [word, key, single, double, bare] of rest.trim().matchAll(argument)) {
		const value = single ?? double ?? bare;
		if (value === void 0 || bare !== void 0 && !/^\d+$/.test(bare)) throw new Wrong(`${all}: ${JSON.stringify(word)} is not a text or number`, "Write it in single quotes.");
		if (key === void 0) args.push(value);
		else named.set(key, value);
	}
	return {
		name,
		args,
		named
	};
}
// src/tags/label-lines.ts
/**
* Reads `key=value` lines of the input `labels` or `annotations`; values may have the expressions of tags, except the clock: it
* would make another digest in each run. Every wrong line is a failure (INPUT_INVALID) that names it.
*/
function readLabels(input, lines, facts) {
	const failures = [];
	const values = {};
	for (const line of lines) try {
		const { key, value } = readLine(line.text, facts);
		values[key] = value;
	} catch (error) {
		failures.push(lineFailure(input, line, error));
	}
	return {
		values,
		failures
	};
}
function readLine(text, facts) {
	const [, key = "", value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
	const name = key.trim();
	if (name === "") throw new Wrong("it has no key; accepted: key=value", "Write for example org.opencontainers.image.vendor=ACME.");
	const level = /^(?:index|manifest|manifest-descriptor|index-descriptor)(?:,[a-z-]+)*(?:\[[^\]]*\])?:/.exec(name)?.[0];
	if (level !== void 0) throw new Wrong(`the key starts with ${JSON.stringify(level)}; labels go into every configuration, annotations onto the index and every manifest`, `Write ${name.slice(level.length)}=….`);
	if (name === "__proto__") throw new Wrong("the key \"__proto__\" cannot be kept", "Take another key.");
	if (/\s/.test(name)) throw new Wrong(`the key ${JSON.stringify(name)} has blanks`);
	const expressions = globalExpressions(facts, () => {
		throw new Wrong("the clock would make another digest in each run", `Take the commit's time: {{commit_date 'YYYY-MM-DDTHH:mm:ss[Z]'}}.`);
	});
	return {
		key: name,
		value: fillTemplate(parseTemplate(value.trim()), expressions, false)
	};
}
// src/pipeline/version-check.ts
/**
* What is wrong with the versions of an image on a git tag or release that is a version: tag, package and label have to agree.
* Undefined where they do, and where there is nothing to compare.
*/
function findMismatch({ image, context, package: file }, label) {
	const tag = tagOf(context) ?? "";
	const released = versionInTag(tag, file?.name);
	if (file === void 0 || released === void 0 || file.version.includes("${{")) return void 0;
	const [ofTag, ofLabel] = [released, label ?? released].map((text) => saysVersion(text, file));
	if (ofTag && ofLabel) return void 0;
	const at = file.placeOf(["package", "version"]);
	const lines = [
		`${image.name}: the versions disagree`,
		`${context.release === void 0 ? "git tag" : "release"}: ${tag}`,
		`package ${file.name}: ${file.version}-r${file.epoch} (${at.file}:${at.line})`,
		`label ${markKeys.version}: ${label ?? "none"}`
	];
	const hint = `${ofTag ? `Take ${markKeys.version} out of "labels" and the apko file` : `Set "version" in ${at.file} to that of the tag, and tag the commit that has it`}; "version-check: false" builds all the same.`;
	return new Failure("VERSION_MISMATCH", lines.join("\n  "), {
		at,
		hint
	});
}
// src/pipeline/plan-marks.ts
/**
* Gives every image what it says of itself, and tells what is wrong with it: lines of the inputs, and versions that disagree
* (VERSION_MISMATCH) where the run is for a version. What is wrong with the tags is told along; that there is none only where they are pushed.
*/
function planMarks(inputs, { images, push, melange, tagged }, { context, clock }) {
	if (images.length === 0) return {
		images,
		failures: [],
		notices: []
	};
	const facts = {
		context,
		now: clock.now()
	};
	const labels = readLabels("labels", inputs.labels ?? [], facts);
	const annotations = readLabels("annotations", inputs.annotations ?? [], facts);
	const failures = [
		...tagged.failures,
		...labels.failures,
		...annotations.failures
	];
	if (push && tagged.none !== void 0) failures.push(tagged.none);
	return {
		images: images.map((image) => {
			const made = {
				image,
				tagged,
				context,
				package: packageOf(image, {
					melange,
					tagged,
					context
				})
			};
			const version = imageVersion(made);
			const marks = {
				defaults: defaultMarks({
					context,
					title: image.name.split("/").at(-1) ?? image.name,
					version
				}),
				labels: labels.values,
				annotations: annotations.values
			};
			const said = {
				...marks.defaults,
				...image.file.annotations,
				...marks.labels
			}[markKeys.version];
			const mismatch = inputs["version-check"] === false ? void 0 : findMismatch(made, said);
			if (mismatch !== void 0) failures.push(mismatch);
			return {
				...image,
				marks
			};
		}),
		failures,
		notices: push || tagged.none === void 0 ? [] : [`${tagged.none.message}; it is called latest here`]
	};
}
// src/tags/csv-fields.ts
/** The fields of a line of CSV (RFC 4180): what has commas is in quotes, a quote in quotes is doubled. Throws Wrong. */
function csvFields(line) {
	const fields = [];
	const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/gy;
	for (;;) {
		const match = field.exec(line);
		if (match === null) throw new Wrong("a quote is in the wrong place; a field is in quotes from its first character to its last");
		fields.push(match[1]?.replaceAll("\"\"", "\"") ?? match[2] ?? "");
		if (match[3] === "") return fields;
	}
}
// src/tags/flavor.ts
const plainFlavor = {
	latest: "auto",
	prefix: "",
	suffix: "",
	prefixLatest: false,
	suffixLatest: false
};
const keys = [
	"latest",
	"prefix",
	"suffix",
	"onlatest"
];
const latestValues = [
	"auto",
	"true",
	"false"
];
/** The flavor with what a line says; `onlatest` is of the prefix or suffix before it. Throws Wrong. */
function readFlavor(before, { text }) {
	const said = {};
	let last;
	for (const field of csvFields(text)) {
		const at = field.indexOf("=");
		const [key, value] = [field.slice(0, Math.max(at, 0)).trim().toLowerCase(), field.slice(at + 1).trim()];
		if (at < 0) throw new Wrong(`${JSON.stringify(field)} is not key=value; accepted keys: ${keys.join(", ")}`);
		if (key === "prefix" || key === "suffix") {
			said[key] = value;
			last = key;
		} else if (key === "latest") said.latest = oneOf(key, value, latestValues);
		else if (key !== "onlatest") throw unknownKey(key);
		else if (last === void 0) throw new Wrong("onlatest stands behind a prefix or suffix, as in prefix=x-,onlatest=true");
		else said[`${last}Latest`] = oneOf(key, value, ["true", "false"]) === "true";
	}
	return {
		...before,
		...said
	};
}
function oneOf(key, value, accepted) {
	const found = accepted.find((each) => each === value);
	if (found === void 0) throw wrongValue(key, value, accepted.join(", "));
	return found;
}
function unknownKey(key) {
	const near = nearest(key, keys);
	return new Wrong(`there is no ${JSON.stringify(key)}; accepted: ${keys.join(", ")}`, near === void 0 ? void 0 : `Write ${near}=.`);
}
// src/tags/prerelease.ts
/** Whether a git tag or version is that of a pre-release, by semver, PEP 440 or apk; `release-1.0.0-rc.1` counts as well. */
function isPrerelease(text) {
	const plain = text.replace(/-r\d+$/, "");
	const numbered = /(?:^|[^A-Za-z\d.])v?(\d+(?:\.\d+)+.*)$/.exec(plain)?.[1];
	return [
		plain,
		plain.split("/").at(-1) ?? "",
		numbered ?? ""
	].some((each) => isSemverPrerelease(each) || isPep440Prerelease(each) || isApkPrerelease(each));
}
function isSemverPrerelease(text) {
	return ((0, import_semver.parse)(text)?.prerelease.length ?? 0) > 0;
}
function isPep440Prerelease(text) {
	return valid(text) !== null && explain(text)?.is_prerelease === true;
}
/** Suffixes that apk puts before the version itself. */
function isApkPrerelease(version) {
	return /^\d[\w.]*_(alpha|beta|pre|rc)\d*/.test(version);
}
// src/tags/apk-rule.ts
/**
* `type=apk`: the version of a package of the run. It moves `latest` on a git tag only, and of a pre-release only what has its
* whole version is a tag.
*/
function apkRule({ rule, facts, ref }) {
	const { package: name = "", pattern = "" } = rule.attributes;
	const found = packageNamed(name, facts.packages);
	const prerelease = isApkPrerelease(found.version);
	const whole = /\{\{\{?\s*version\s*\}\}/.test(pattern);
	const value = fillPackage(pattern, found);
	const tag = tagIn(ref);
	return {
		value: prerelease && !whole ? found.version : value,
		latest: tag !== "" && !prerelease && !isPrerelease(tag)
	};
}
/** The package that a rule names; without a name the only one there is. Throws Wrong. */
function packageNamed(name, packages) {
	const names = packages.flatMap((each) => [each.name, ...each.subpackages ?? []]);
	const [only, ...others] = packages;
	if (only === void 0) throw new Wrong("type=apk needs a package, and this run builds none");
	if (name === "" && others.length > 0) throw new Wrong(`this run builds several packages, and no attribute "package" names one of them; accepted: ${packages.map((each) => each.name).join(", ")}`);
	const isNamed = (each) => each.name === name || each.subpackages?.includes(name) === true;
	const found = name === "" ? only : packages.find(isNamed);
	if (found === void 0) {
		const near = nearest(name, names);
		const problem = wrongValue("package", name, names.join(", "));
		throw near === void 0 ? problem : new Wrong(problem.message, `Write package=${near}.`);
	}
	if (!/^[\w.]+$/.test(found.version)) throw new Wrong(`the version of ${found.name} is ${JSON.stringify(found.version)}, which only melange can fill in`);
	return found;
}
function fillPackage(pattern, { name, version, epoch }) {
	const [major = "", minor = "", patch = ""] = /^\d+(?:\.\d+)*/.exec(version)?.[0].split(".") ?? [];
	return fillTemplate(parseTemplate(pattern), {
		name: plain(name),
		version: plain(version),
		epoch: plain(String(epoch)),
		major: plain(major),
		minor: plain(minor),
		patch: plain(patch)
	});
}
// src/tags/regex.ts
/** How long a pattern may take: some take years for a text of forty letters. */
const timeLimit = 1e3;
/** A regular expression of the user, `v(.*)` or with flags `/v(.*)/i`. Throws Wrong when it is none. */
function readPattern(text, name) {
	const [, source = text, flags = ""] = name === "pattern" ? /^\/(.+)\/(.*)$/.exec(text) ?? [] : [];
	try {
		return new RegExp(source, flags);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Wrong(`${name} is ${JSON.stringify(text)}, which is not a regular expression: ${reason}`);
	}
}
/** How many groups a pattern has. */
function groupsIn({ source, flags }) {
	return (new RegExp(`${source}|`, flags.replace(/[gy]/g, "")).exec("")?.length ?? 1) - 1;
}
/** As `text.match(pattern)`, in a limited time. Throws Wrong when that is not enough. */
function matchIn(text, pattern) {
	const code = "const found = text.match(pattern); found === null ? undefined : [...found]";
	try {
		const found = runInNewContext(code, {
			text,
			pattern
		}, { timeout: timeLimit });
		return isList$1(found) ? Array.from(found) : void 0;
	} catch (error) {
		if (!isTimeout(error)) throw error;
		throw new Wrong(`the pattern ${String(pattern)} takes more than a second on ${JSON.stringify(text)}`, "Do not repeat what repeats itself, as in (a+)+.");
	}
}
/** An array of another context is no instance of ours. */
function isList$1(value) {
	return typeof value === "object" && value !== null && "length" in value;
}
function isTimeout(error) {
	return typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
// src/tags/rule-scene.ts
function openScene(rule, { facts, flavor }) {
	const scene = {
		rule,
		facts,
		flavor,
		ref: refOf(facts.context),
		expressions: globalExpressions(facts, () => {
			scene.timed = true;
		}),
		timed: false
	};
	return scene;
}
/** A template of the rule, filled with the expressions that hold everywhere. Throws Wrong. */
function fillIn(text, { expressions }) {
	return fillTemplate(parseTemplate(text), expressions);
}
/** The value that the rule gives, else the git tag; undefined where there is neither. */
function sourceOf({ rule, ...scene }) {
	const { value = "" } = rule.attributes;
	if (value !== "") return fillIn(value, scene);
	return tagIn(scene.ref) || void 0;
}
/** Why a rule for git tags makes nothing. */
function noTag$1({ ref }) {
	return { because: `${ref === "" ? "there is no ref" : `the ref is ${ref}`}, no git tag` };
}
// src/tags/other-rules.ts
/** `type=schedule`: on a schedule alone. */
function scheduleRule({ rule, facts, expressions }) {
	const { date, commit_date } = expressions;
	const known = {
		...date && { date },
		...commit_date && { commit_date }
	};
	const value = fillTemplate(parseTemplate(rule.attributes["pattern"] ?? ""), known);
	const { event = "" } = facts.context;
	if (event.includes("schedule")) return {
		value,
		latest: false
	};
	return { because: `the event is ${event === "" ? "not known" : event}, no schedule` };
}
/** `type=match`: what a group of a regular expression finds in the git tag or a value. */
function matchRule(scene) {
	const { pattern: text = "", group = "" } = scene.rule.attributes;
	const pattern = readPattern(text, "pattern");
	const groups = groupsIn(pattern);
	const number = group === "" ? 0 : Number(group);
	if (!Number.isInteger(number) || number < 0) throw wrongValue("group", group, "the number of a group");
	if (number > groups) throw wrongValue("group", group, `0 to ${groups}, which the pattern ${text} has`);
	const source = sourceOf(scene);
	if (source === void 0) return noTag$1(scene);
	const found = matchIn(source, pattern)?.[number];
	if (found === void 0) return { because: `${text} does not match ${JSON.stringify(source)}` };
	return {
		value: found,
		latest: !isPrerelease(source)
	};
}
/** `type=edge`: the default branch, or another that is named. */
function edgeRule({ rule, facts, ref }) {
	const named = rule.attributes["branch"] ?? "";
	const branch = named === "" ? facts.context.defaultBranch : named;
	if (branch === void 0) return { because: "the default branch is not known" };
	if (ref === `refs/heads/${branch}`) return {
		value: "edge",
		latest: false
	};
	return { because: `${ref === "" ? "there is no ref" : `the ref is ${ref}`}, not the branch ${branch}` };
}
/** `type=ref`: the name of branch or git tag, or the number of the pull request. */
function refRule(scene) {
	const { rule, ref } = scene;
	const [branch, tag, pull = ""] = [
		branchIn(ref),
		tagIn(ref),
		/^refs\/pull\/(.*)$/.exec(ref)?.[1]
	];
	const because = ref === "" ? "there is no ref" : `the ref is ${ref}`;
	if (rule.attributes["event"] === "tag") return tag === "" ? noTag$1(scene) : {
		value: tag,
		latest: !isPrerelease(tag)
	};
	const isBranch = rule.attributes["event"] === "branch";
	const value = isBranch ? branch : pull.replace(/\/merge$/, "");
	return value === "" ? { because: `${because}, no ${isBranch ? "branch" : "pull request"}` } : {
		value,
		latest: false
	};
}
/** `type=raw`: a value as it is. */
function rawRule(scene) {
	return {
		value: fillIn(scene.rule.attributes["value"] ?? "", scene),
		latest: false
	};
}
/** `type=sha`: the commit's id. */
function shaRule({ rule, facts }) {
	const { commit = "" } = facts.context;
	if (commit === "") return { because: "the commit is not known" };
	return {
		value: rule.attributes["format"] === "long" ? commit : commit.slice(0, 7),
		latest: false
	};
}
// src/tags/version-rules.ts
/** `type=semver`: by semver.org, with or without a `v`. */
function semverRule(scene) {
	return versionRule(scene, {
		called: "a semantic version",
		read: (text) => {
			const found = (0, import_semver.parse)(text);
			return found === null ? void 0 : {
				...parts(found),
				raw: text,
				prerelease: found.prerelease.length > 0
			};
		}
	});
}
/** `type=pep440`: by PEP 440; of post-releases, too, only the whole version is a tag. */
function pep440Rule(scene) {
	return versionRule(scene, {
		called: "a version of PEP 440",
		read: (text) => {
			const found = valid(text) === null ? null : explain(text);
			if (found === null) return void 0;
			const { is_prerelease: pre, is_postrelease: post, is_devrelease: dev } = found;
			return {
				major: major(text),
				minor: minor(text),
				patch: patch(text),
				raw: text,
				version: clean(text) ?? text,
				prerelease: pre || post || dev
			};
		}
	});
}
function parts({ version, major: x, minor: y, patch: z }) {
	return {
		version,
		major: x,
		minor: y,
		patch: z
	};
}
function versionRule(scene, { called, read }) {
	const pattern = versionTemplate(scene.rule.attributes["pattern"] ?? "");
	const narrow = narrowing(scene.rule.attributes["match"] ?? "");
	const source = sourceOf(scene);
	if (source === void 0) return noTag$1(scene);
	const text = narrow(source).replaceAll("/", "-");
	const version = read(text);
	if (version === void 0) return { because: `${JSON.stringify(text)} is not ${called}` };
	const { prerelease } = version;
	return {
		value: fillVersion(prerelease && !isOnly(pattern, "raw") ? parseTemplate("{{version}}") : pattern, version),
		latest: !prerelease
	};
}
/** A pattern that names nothing but parts of a version. Throws Wrong. */
function versionTemplate(text) {
	const template = parseTemplate(text);
	fillVersion(template, {
		raw: "",
		version: "",
		major: 0,
		minor: 0,
		patch: 0,
		prerelease: false
	});
	return template;
}
function fillVersion(template, version) {
	return fillTemplate(template, {
		raw: plain(version.raw),
		version: plain(version.version),
		major: plain(String(version.major)),
		minor: plain(String(version.minor)),
		patch: plain(String(version.patch))
	});
}
/** Takes the first group of `match` out of a text; the text itself when it does not match. Throws Wrong. */
function narrowing(match) {
	if (match === "") return (text) => text;
	const pattern = readPattern(match, "match");
	if (groupsIn(pattern) === 0) throw new Wrong(`match is ${JSON.stringify(match)}, which has no group; what is in the first one is the version`, `Put the version in parentheses, as in match=v(.*)$.`);
	return (text) => {
		const found = matchIn(text, pattern);
		return found === void 0 ? text : found[1] ?? "";
	};
}
// src/tags/apply-rule.ts
const evaluate = {
	schedule: scheduleRule,
	semver: semverRule,
	pep440: pep440Rule,
	apk: apkRule,
	match: matchRule,
	edge: edgeRule,
	ref: refRule,
	raw: rawRule,
	sha: shaRule
};
/** The tag that a rule makes, or why it makes none. All of the rule is looked at, whatever the event. Throws Wrong. */
function applyRule(rule, { facts, flavor }) {
	const enabled = fillIn(rule.enable, openScene(rule, {
		facts,
		flavor
	}));
	if (enabled !== "true" && enabled !== "false") throw wrongValue("enable", enabled, "true, false");
	const scene = openScene(rule, {
		facts,
		flavor
	});
	const prefix = fillIn(rule.prefix ?? flavor.prefix, scene);
	const suffix = fillIn(rule.suffix ?? flavor.suffix, scene);
	const result = evaluate[rule.type](scene);
	if (enabled === "false") return { because: "enable is false" };
	if ("because" in result) return result;
	if (rule.verbatim) checkedTag(result.value);
	const name = cleanTag(`${prefix}${result.value}${suffix}`);
	return name === "" ? { because: "nothing is left of it" } : {
		name,
		timed: scene.timed,
		latest: result.latest
	};
}
// src/tags/rule-types.ts
/** The types of docker/metadata-action, and `apk`. */
const ruleTypes = {
	schedule: {
		priority: 1e3,
		attributes: { pattern: "nightly" }
	},
	semver: {
		priority: 900,
		attributes: {
			pattern: void 0,
			value: "",
			match: ""
		}
	},
	pep440: {
		priority: 900,
		attributes: {
			pattern: void 0,
			value: "",
			match: ""
		}
	},
	apk: {
		priority: 900,
		attributes: {
			pattern: "{{version}}-r{{epoch}}",
			package: ""
		}
	},
	match: {
		priority: 800,
		attributes: {
			pattern: void 0,
			group: "0",
			value: ""
		}
	},
	edge: {
		priority: 700,
		attributes: { branch: "" }
	},
	ref: {
		priority: 600,
		attributes: { event: void 0 }
	},
	raw: {
		priority: 200,
		attributes: { value: void 0 }
	},
	sha: {
		priority: 100,
		attributes: { format: "short" },
		prefix: "sha-"
	}
};
/** Attributes of every type. */
const sharedAttributes = [
	"enable",
	"priority",
	"prefix",
	"suffix"
];
/** Attributes with few values. */
const choices = {
	event: [
		"branch",
		"tag",
		"pr"
	],
	format: ["short", "long"]
};
// src/tags/read-rule.ts
/** The rules of a line: one, or with plain tags (`1.0.0, latest`) one for each. Throws Wrong. */
function readRules(line) {
	const fields = fieldsOf$1(line.text);
	if (fields.every((field) => !isPair(field))) return fields.map((value) => readRule(line, /* @__PURE__ */ new Map([["value", value]]), !value.includes("{{")));
	const given = /* @__PURE__ */ new Map();
	const bare = [];
	for (const field of fields) {
		const at = field.indexOf("=");
		if (isPair(field)) given.set(field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim());
		else bare.push(field);
	}
	const [value, ...others] = bare;
	if (value === void 0) return [readRule(line, given, false)];
	if (!((given.get("type") ?? "raw") === "raw" && !given.has("value")) || others.length > 0) throw notPair(others.at(-1) ?? value);
	return [readRule(line, given.set("value", value), false)];
}
/** Fields of a line; metadata-action reads its lines as CSV twice, so what it needs to be quoted twice is understood as well. */
function fieldsOf$1(text) {
	const [first = "", ...others] = csvFields(text);
	return (others.length === 0 && text.startsWith("\"") ? csvFields(first) : [first, ...others]).map((field) => /^"(.*)"$/s.exec(field)?.[1]?.replaceAll("\"\"", "\"") ?? field).map((field) => field.trim()).filter((field) => field !== "");
}
function notPair(field) {
	return new Wrong(`${JSON.stringify(field)} is not key=value`, "Put an attribute with commas in quotes, its name as well: type=match,\"pattern=\\d{1,3}\".");
}
/** Whether a field is `key=value`; an equals sign within an expression does not make it one. */
function isPair(field) {
	return /^[^={]+=/.test(field);
}
function readRule({ line, text }, given, verbatim) {
	const type = typeOf(given.get("type"));
	const kind = ruleTypes[type];
	const accepted = [
		"type",
		...Object.keys(kind.attributes),
		...sharedAttributes
	];
	for (const name of given.keys()) if (!accepted.includes(name)) throw unknownAttribute(name, type, accepted);
	const attributes = Object.entries(kind.attributes).map(([name, fallback]) => {
		const value = given.get(name) ?? fallback;
		if (value === void 0) throw new Wrong(`type=${type} needs "${name}"`, `Write type=${type},${samples[type]}.`);
		const values = choices[name];
		if (values?.includes(value) === false) throw wrongValue(name, value, values.join(", "));
		return [name, value];
	});
	const prefix = given.get("prefix") ?? (given.get("event") === "pr" ? "pr-" : kind.prefix);
	return {
		line,
		text,
		type,
		attributes: Object.fromEntries(attributes),
		enable: given.get("enable") ?? "true",
		priority: numberOf("priority", given.get("priority") ?? String(kind.priority)),
		prefix,
		suffix: given.get("suffix"),
		verbatim
	};
}
function typeOf(text = "raw") {
	const names = Object.keys(ruleTypes);
	const found = names.find((name) => name === text);
	if (found !== void 0) return found;
	const near = nearest(text, names);
	const hint = near === void 0 ? void 0 : `Write type=${near}.`;
	throw new Wrong(`type is ${JSON.stringify(text)}; accepted: ${names.join(", ")}`, hint);
}
const samples = {
	semver: "pattern={{version}}",
	pep440: "pattern={{version}}",
	match: "pattern=v(.*),group=1",
	ref: "event=branch",
	raw: "value=latest"
};
function unknownAttribute(name, type, accepted) {
	const near = nearest(name, accepted);
	const hint = near === void 0 ? void 0 : `Write ${near}=.`;
	return new Wrong(`type=${type} has no attribute ${JSON.stringify(name)}; accepted: ${accepted.join(", ")}`, hint);
}
function numberOf(name, text) {
	const value = Number(text);
	if (text !== "" && Number.isFinite(value)) return value;
	throw wrongValue(name, text, "a number");
}
// src/tags/compute-tags.ts
/** What is tagged when no rules are given: those of docker/metadata-action. */
const usual$1 = [
	"type=schedule",
	"type=ref,event=branch",
	"type=ref,event=tag",
	"type=ref,event=pr"
];
/**
* The tags of a run, by the rules of docker/metadata-action and `type=apk`; the first is the version. Every wrong line is a
* failure (INPUT_INVALID) that names it. Where no rules are given and none of the usual ones applies the tag is `latest`.
*/
function computeTags(wish, facts) {
	const failures = [];
	const attempt = (input, line, body) => {
		try {
			return body();
		} catch (error) {
			failures.push(lineFailure(input, line, error));
			return;
		}
	};
	const flavor = wish.flavor.reduce((before, line) => attempt("flavor", line, () => readFlavor(before, line)) ?? before, plainFlavor);
	const left = wish.rules.length === 0;
	const results = (left ? usual$1.map((text, at) => ({
		line: at + 1,
		text
	})) : wish.rules).flatMap((line) => (attempt("tags", line, () => readRules(line)) ?? []).map((rule) => ({
		rule,
		made: attempt("tags", line, () => applyRule(rule, {
			facts,
			flavor
		})) ?? { because: "" }
	})));
	const made = results.toSorted((a, b) => b.rule.priority - a.rule.priority).flatMap(({ made: each }) => "name" in each ? [each] : []);
	const latest = wishedLatest(made, {
		facts,
		flavor
	}) ? [attempt("flavor", wish.flavor[0] ?? {
		line: 1,
		text: ""
	}, () => latestTag({
		facts,
		flavor
	}))] : [];
	const tags = firstByName([...made, ...latest.filter((each) => each !== void 0)]);
	const none = tags.length === 0 && failures.length === 0;
	return {
		tags: none && left ? [{
			name: "latest",
			timed: false
		}] : tags,
		packages: results.flatMap(({ rule: { attributes: { package: name = "" } } }) => name === "" ? [] : [name]),
		failures,
		...none && !left && { none: noTags(results) }
	};
}
/** `latest` goes with the first tag that there is, unless `flavor` says otherwise; never by itself with a pre-release. */
function wishedLatest([first], { facts, flavor }) {
	if (first === void 0 || flavor.latest !== "auto") return first !== void 0 && flavor.latest === "true";
	return first.latest && facts.context.release?.prerelease !== true;
}
function latestTag({ facts, flavor }) {
	const rule = readRules({
		line: 1,
		text: "latest"
	})[0];
	const scene = openScene(rule, {
		facts,
		flavor
	});
	const prefix = flavor.prefixLatest ? fillIn(flavor.prefix, scene) : "";
	const suffix = flavor.suffixLatest ? fillIn(flavor.suffix, scene) : "";
	return {
		name: cleanTag(`${prefix}latest${suffix}`),
		timed: scene.timed
	};
}
function firstByName(tags) {
	const byName = /* @__PURE__ */ new Map();
	for (const { name, timed } of tags) if (!byName.has(name)) byName.set(name, {
		name,
		timed
	});
	return [...byName.values()];
}
function noTags(results) {
	const reasons = results.map(({ rule, made }) => `line ${rule.line}: ${"because" in made ? made.because : ""}`);
	return new Failure("INPUT_INVALID", `input "tags" makes no tag in this run; ${reasons.join("; ")}`, { hint: "Add a rule for this event, for example type=ref,event=branch or type=sha." });
}
// src/pipeline/plan-tags.ts
/** The tags of the run's images. */
function planTags({ tags = [], flavor = [] }, melange, { context, clock }) {
	return computeTags({
		rules: tags,
		flavor
	}, {
		context,
		now: clock.now(),
		packages: melange.map(factOf)
	});
}
/** What images are tagged with; `latest` where the rules make nothing, which is no matter as long as nothing is pushed. */
function tagNames({ tags, none }) {
	return none === void 0 ? tags.map(({ name }) => name) : ["latest"];
}
function factOf({ name, version, epoch, subpackages }) {
	return {
		name,
		version,
		epoch,
		subpackages
	};
}
// src/pipeline/preflight.ts
const width = 8;
/** Finds the login of every repository that the plan pushes to, each once; what is wrong is added to `found`. */
async function findDestinations({ plan, inputs, found }, world) {
	const destinations = /* @__PURE__ */ new Map();
	for (const [name, { repository, primary }] of repositoriesOf(plan)) {
		const login = await collect$1(found, () => findLogin(repository, {
			inputs,
			primary
		}, world));
		if (login !== void 0) destinations.set(name, openDestination(repository, login, world));
	}
	return destinations;
}
/**
* Proves for each repository, side by side, that we may push. Fails as the push would, before anything is built. Answers the
* names of those that are packages on GitHub which do not exist yet.
*/
async function provePushes(destinations, world) {
	const found = [];
	const fresh = /* @__PURE__ */ new Set();
	await sideBySide$1([...destinations], width, async ([name, destination]) => {
		await collect$1(found, async () => {
			const [, isNew] = await Promise.all([openRepository$1(destination, world).provePush(), isNewPackage(destination)]);
			if (isNew) fresh.add(name);
		});
	});
	throwIfAny(found);
	return fresh;
}
/** Each repository once, with the registry that its image goes to first. */
function repositoriesOf({ push, images }) {
	const all = (push ? images : []).flatMap(({ repositories }) => repositories.map((repository) => {
		const primary = repositories[0]?.registry ?? repository.registry;
		return [formatRepository(repository), {
			repository,
			primary
		}];
	}));
	return new Map(all);
}
// src/pipeline/signing-key-text.ts
const hints = {
	"signing-key": "Give the text that melange keygen writes (it begins with -----BEGIN RSA PRIVATE KEY-----), whole, as a secret.",
	"cosign-key": "Give the whole text of the key file that `cosign generate-key-pair` wrote, or of a PEM private key, as a secret."
};
/**
* The key that an input holds, masked: PEM text, or the path of its file (relative to the workspace), which is hidden from
* builds. Fails with KEY_INVALID; the value is never told.
*/
async function readKeyInput(name, value, { machine, secrets }) {
	if (value === void 0) return void 0;
	const isText = value.includes("-----BEGIN") || value.includes("\n") || value.length > 1024;
	const pem = isText ? value : await readKeyFile(name, resolve(machine.workspace, value));
	if (!isText) secrets.hideFile(resolve(machine.workspace, value));
	secrets.mask(pem);
	return pem;
}
async function readKeyFile(name, file) {
	if (await otherThanFile(file) === "a folder") throw new Failure("KEY_INVALID", `input "${name}" is the path of a folder, not of a file`, { hint: hints[name] });
	return readFile(file, "utf8").catch(() => {
		throw new Failure("KEY_INVALID", `input "${name}" is neither a PEM text nor the path of a file that can be read`, { hint: hints[name] });
	});
}
// src/scan/ignore-entry.ts
const fields = [
	"vulnerability",
	"package",
	"reason",
	"until"
];
/** `CVE-2026-11111`, `GHSA-xxxx-xxxx-xxxx`, `GO-2026-1234`, `ALPINE-CVE-2026-11111` */
const identifier = /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9_.:]+)+$/;
/** An entry of `scan-ignore`, or all that is wrong with it. */
function checkEntry(texts) {
	const problems = [...Object.keys(texts).filter((key) => !fields.some((field) => field === key)).map((key) => `${JSON.stringify(key)} is no part of an entry; accepted: ${fields.join(", ")}`), ...fields.flatMap((field) => problemsOf$1(field, texts[field]))];
	if (problems.length > 0) return { problems };
	const [vulnerability = "", name = "", reason = "", until = ""] = fields.map((field) => textOf$1(texts[field]));
	return {
		entry: {
			vulnerability,
			package: name,
			reason,
			until
		},
		problems
	};
}
function problemsOf$1(field, value) {
	const text = textOf$1(value);
	if (text === "") return [`"${field}" is missing`];
	const shown = `"${field}" is ${JSON.stringify(text)}`;
	if (field === "vulnerability" && !identifier.test(text)) return [`${shown}; accepted: an identifier such as CVE-2026-11111`];
	if (field === "package" && !/^[^\s*?]+$/.test(text)) return [`${shown}; accepted: the name of one package`];
	if (field === "reason" && !/\p{L}{2}/u.test(text)) return [`${shown}; accepted: a sentence that says why`];
	if (field === "until" && !isDay(text)) return [`${shown}; accepted: a day such as 2026-12-31`];
	return [];
}
function textOf$1(value) {
	if (value instanceof Date) return value.toISOString().slice(0, 10);
	return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}
/** Whether a text is a day of the calendar, `2026-12-31`. */
function isDay(text) {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const time = Date.parse(`${text}T00:00:00Z`);
	return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}
// src/scan/named-input.ts
/** The failure with the input that it is of. */
function ofInput(input, failure) {
	return new Failure(failure.code, `input "${input}": ${failure.message}`, failure);
}
// src/scan/ignore-list.ts
const example = "CVE-2026-11111 package=openssl reason=the flaw is in a server we do not run until=2026-12-31";
/**
* Reads the input `scan-ignore`: a line is an entry, or the path of a YAML file that lists entries (`vulnerability`, `package`,
* `reason`, `until`). Wrong entries are INPUT_INVALID each, with the line of the file; CONFIG_MISSING for a file that is not there.
*/
async function readIgnoreList(lines, workspace) {
	const entries = [];
	const failures = [];
	const take = ({ texts, repeated = [] }, where, at) => {
		const { entry, problems: others } = checkEntry(texts);
		const problems = [...repeated.map((key) => `"${key}" is given twice`), ...others];
		if (entry !== void 0 && problems.length === 0) entries.push(at === void 0 ? entry : {
			...entry,
			at
		});
		if (problems.length > 0) failures.push(wrong$1(`${where}: ${problems.join("; ")}`, at));
	};
	for (const line of lines) if (isFile$1(line)) await collect$1(failures, async () => {
		const yaml = await readYamlFile(resolve(workspace, line), line);
		const { file, value } = yaml;
		if (!Array.isArray(value)) throw wrong$1(`${line}: not a list of entries`, {
			file,
			line: 1
		});
		for (const [index, item] of value.entries()) {
			const at = yaml.placeOf([index]);
			take({ texts: textsOf$1(item) }, `${file}:${at.line}`, at);
		}
	});
	else take(textsOfLine(line), JSON.stringify(line));
	return {
		entries,
		failures: failures.map((failure) => ofInput("scan-ignore", failure))
	};
}
/** `CVE-… package=… reason=… until=…`; a value goes on until the next of these words, or the end of its quotes. */
function textsOfLine(line) {
	const pairs = [...line.matchAll(/\s(package|reason|until)=("[^"]*"|'[^']*'|.*?)(?=\s+(?:package|reason|until)=|\s*$)/gs)].map(([, key = "", value = ""]) => [key, value.replace(/^(["'])(.*)\1$/s, "$2")]);
	const [vulnerability = ""] = line.split(/\s+(?:package|reason|until)=/);
	const keys = pairs.map(([key = ""]) => key);
	return {
		texts: {
			vulnerability,
			...Object.fromEntries(pairs)
		},
		repeated: [...new Set(keys.filter((key, at) => keys.indexOf(key) !== at))]
	};
}
function textsOf$1(item) {
	return typeof item === "object" && item !== null && !Array.isArray(item) ? item : {};
}
/** An entry has spaces and signs of equality. */
function isFile$1(line) {
	return /\.ya?ml$/i.test(line) && !line.includes("=");
}
function wrong$1(problem, at) {
	return new Failure("INPUT_INVALID", problem, {
		at,
		hint: `An entry has all four parts: ${example}`
	});
}
// src/scan/vex-statement.ts
const vexStatuses = [
	"not_affected",
	"affected",
	"fixed",
	"under_investigation"
];
/** The justifications that OpenVEX knows. */
const vexJustifications = [
	"component_not_present",
	"vulnerable_code_not_present",
	"vulnerable_code_not_in_execute_path",
	"vulnerable_code_cannot_be_controlled_by_adversary",
	"inline_mitigations_already_exist"
];
// src/scan/vex-document.ts
/** Reads the OpenVEX documents that the input `vex` names: CONFIG_MISSING, or CONFIG_INVALID with the line, for each that is wrong. */
async function readVexDocuments(files, workspace) {
	const statements = [];
	const failures = [];
	for (const file of files) await collect$1(failures, async () => {
		statements.push(...readVex(await readYamlFile(resolve(workspace, file), file)));
	});
	return {
		statements,
		failures: failures.map((failure) => ofInput("vex", failure))
	};
}
/** The statements of an OpenVEX document (v0.2.0, and the texts in place of objects of v0.0.1). Fails with CONFIG_INVALID. */
function readVex(document) {
	const found = [];
	const wrong = (path, what) => {
		const at = document.placeOf(path);
		found.push(new Failure("CONFIG_INVALID", `${at.file}:${at.line}: ${what}`, {
			at,
			hint: "Documents are those of OpenVEX v0.2.0 (https://github.com/openvex/spec); vexctl writes them."
		}));
	};
	const root = fieldsOf(document.value);
	if (!textOf(root["@context"]).startsWith("https://openvex.dev/ns")) wrong(["@context"], "not an OpenVEX document: its \"@context\" is not https://openvex.dev/ns/v0.2.0");
	else {
		for (const key of ["@id", "author"]) if (textOf(root[key]) === "") wrong([key], `"${key}" is missing`);
		if (Number.isNaN(timeOf(root))) wrong(["timestamp"], "\"timestamp\" is no time such as 2026-01-31T12:00:00Z");
		if (listOf(root["statements"]).length === 0) wrong(["statements"], "\"statements\" is missing or empty");
	}
	throwIfAny(found);
	const statements = listOf(root["statements"]).map((item, index) => {
		const path = ["statements", index];
		const statement = statementOf(fieldsOf(item), timeOf(root));
		for (const problem of problemsOf(fieldsOf(item), statement)) wrong(path, `statement ${index + 1}: ${problem}`);
		return {
			...statement,
			at: document.placeOf(path)
		};
	});
	throwIfAny(found);
	return statements;
}
function statementOf(fields, documentTime) {
	const vulnerability = fields["vulnerability"];
	const named = fieldsOf(vulnerability);
	const names = [
		vulnerability,
		named["name"],
		named["@id"],
		...listOf(named["aliases"])
	].map(textOf);
	const reasons = [fields["justification"], fields["impact_statement"]].map(textOf);
	return {
		names: names.filter((name) => name !== ""),
		status: vexStatuses.find((status) => status === fields["status"]) ?? "under_investigation",
		products: listOf(fields["products"]).map(productOf),
		reason: reasons.filter((text) => text !== "").join(": ") || textOf(fields["status_notes"]),
		time: fields["timestamp"] === void 0 ? documentTime : timeOf(fields)
	};
}
function problemsOf(fields, { names, products, time }) {
	const problems = [];
	const { status, justification } = fields;
	if (names.length === 0) problems.push("\"vulnerability\" has no \"name\"");
	if (!vexStatuses.some((each) => each === status)) problems.push(`"status" is ${JSON.stringify(status)}; accepted: ${vexStatuses.join(", ")}`);
	if (products.length === 0) problems.push("\"products\" is missing or empty, so it holds for nothing");
	if (products.some(({ names: own, parts }) => [own, ...parts].some((each) => each.length === 0))) problems.push("a product or subcomponent has neither \"@id\" nor \"identifiers\"");
	if (justification !== void 0 && !vexJustifications.some((each) => each === justification)) problems.push(`"justification" is ${JSON.stringify(justification)}; accepted: ${vexJustifications.join(", ")}`);
	if (status === "not_affected" && justification === void 0 && textOf(fields["impact_statement"]) === "") problems.push("\"not_affected\" needs a \"justification\" or an \"impact_statement\"");
	if (Number.isNaN(time)) problems.push("\"timestamp\" is no time such as 2026-01-31T12:00:00Z");
	return problems;
}
function productOf(item) {
	return {
		names: namesOf(item),
		parts: listOf(fieldsOf(item)["subcomponents"]).map(namesOf)
	};
}
function namesOf(item) {
	const fields = fieldsOf(item);
	return [
		item,
		fields["@id"],
		fieldsOf(fields["identifiers"])["purl"]
	].map(textOf).filter((text) => text !== "");
}
/** A day or a time of ISO 8601, as RFC 3339 has it; Date.parse takes much else, as `1`. */
const isoTime = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?$/;
function timeOf(fields) {
	const text = textOf(fields["last_updated"]) || textOf(fields["timestamp"]);
	return isoTime.test(text) ? Date.parse(text) : NaN;
}
function fieldsOf(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
const listOf = (value) => Array.isArray(value) ? value : [];
const textOf = (value) => typeof value === "string" ? value.trim() : "";
// src/pipeline/scan-plan.ts
/** Reads the policy and what it names; all that is wrong is added to `found`. Undefined when nothing is scanned, or there is no image. */
async function planScan(inputs, { plan, workspace, found }) {
	if (!isWhole(inputs)) return void 0;
	const { scan, sarif } = inputs;
	const ignored = await readIgnoreList(inputs["scan-ignore"], workspace);
	const vex = await readVexDocuments(inputs.vex, workspace);
	found.push(...ignored.failures, ...vex.failures);
	if (scan === "false" || plan.images.length === 0) return void 0;
	await collect$1(found, () => readDatabaseWish(scan, inputs["scan-database"], workspace));
	const failOn = parseFailOn(inputs["fail-on"]) ?? {
		severity: "critical",
		exploited: false
	};
	if (scan === "trivy" && asksForChances(failOn)) found.push(withoutChances(inputs["fail-on"]));
	return {
		scanner: scan,
		database: inputs["scan-database"],
		policy: {
			failOn,
			onlyFixed: inputs["only-fixed"],
			ignores: ignored.entries,
			vex: vex.statements
		},
		required: !isNever(failOn),
		sarif
	};
}
/** Whether it is an action that scans: such a one has all of the inputs. */
function isWhole(inputs) {
	return inputs.scan !== void 0;
}
/** Whether it asks for what only some databases have. */
function asksForChances({ exploited, epss }) {
	return exploited || epss !== void 0;
}
function withoutChances(text) {
	return new Failure("INPUT_INVALID", `input "fail-on" is ${JSON.stringify(text)}, but trivy's database tells neither what is exploited (kev) nor EPSS`, { hint: "Take `scan: grype`, or name a severity alone." });
}
// src/pipeline/source-files.ts
/** The files that a run builds from, by the names they were given, with their sha256. */
async function hashFiles(files, workspace) {
	return Promise.all(files.map(async (name) => ({
		name,
		sha256: sha256Hex(await readFile(resolve(workspace, name)))
	})));
}
// src/pipeline/find-files.ts
/**
* Finds the files that an input names; what is named without a glob need not be a file, which whoever reads it tells. A pattern
* that matches nothing is a CONFIG_MISSING failure.
*/
async function findFiles(wish) {
	const files = /* @__PURE__ */ new Set();
	const failures = [];
	for (const pattern of wish.patterns) {
		const matches = await matchesOf(pattern, wish.workspace);
		for (const match of matches) files.add(match);
		if (matches.length === 0) failures.push(noMatch(wish, pattern));
	}
	const { fallback, workspace } = wish;
	if (wish.patterns.length === 0 && await isThere(join(workspace, fallback))) files.add(fallback);
	return {
		files: [...files],
		failures
	};
}
async function matchesOf(pattern, workspace) {
	const absolute = isAbsolute(pattern) ? pattern : join(workspace, pattern);
	if (await isThere(absolute)) return [isAbsolute(pattern) ? pattern : relative(workspace, absolute)];
	const found = [];
	for await (const match of glob(pattern, { cwd: workspace })) if (await isFile(isAbsolute(match) ? match : join(workspace, match))) found.push(match);
	return found.sort();
}
async function isThere(path) {
	return await lstat(path).catch(() => void 0) !== void 0;
}
async function isFile(path) {
	return (await stat(path).catch(() => void 0))?.isFile() ?? false;
}
function noMatch({ input, workspace }, pattern) {
	return new Failure("CONFIG_MISSING", `input "${input}": no file matches ${JSON.stringify(pattern)}`, { hint: `Paths and globs are relative to the workspace, ${workspace}; check the path, and that the repository was checked out before this step.` });
}
// src/pipeline/release-files.ts
/**
* The files that the input "assets" names, absolute paths. Whatever a release would not take is told at once, before anything
* is built: what is no file, empty, too large or cannot be read, symlinks out of the workspace, two files of one name, and
* names of our own (INPUT_INVALID; CONFIG_MISSING where nothing matches).
*/
async function findReleaseFiles(patterns, workspace) {
	if (patterns.length === 0) return [];
	const found = await findFiles({
		input: "assets",
		patterns,
		fallback: "",
		workspace
	});
	const failures = [...found.failures];
	const byName = /* @__PURE__ */ new Map();
	for (const file of found.files) await collect$1(failures, async () => {
		await checkFile(file, workspace);
		await checkName(file, {
			workspace,
			byName
		});
	});
	throwIfAny(failures);
	return found.files.map((file) => resolve(workspace, file));
}
async function checkFile(file, workspace) {
	const path = resolve(workspace, file);
	const found = await stat(path).catch((cause) => {
		throw wrong(file, "cannot be read", {
			hint: "Is it a link to something that is not there?",
			cause
		});
	});
	if (!found.isFile()) throw wrong(file, found.isDirectory() ? "is a folder" : "is no file", { hint: `A release takes files: pack it, or name those in it ("${file}/*").` });
	await access(path, constants$2.R_OK).catch((cause) => {
		throw wrong(file, "cannot be read", {
			hint: "Whose is it, and who may read it?",
			cause
		});
	});
	if (found.size === 0 || found.size > largestAsset) throw wrong(file, `has ${found.size} bytes`, { hint: "A release takes files of 1 byte to 2 GiB." });
	if (isOutside(path, workspace)) return;
	const [target, root] = await Promise.all([realpath(path), realpath(workspace)]);
	if (isOutside(target, root)) throw wrong(file, "is or is behind a link that leads out of the workspace", { hint: "Name the file that is meant by its own path, or copy it into the workspace." });
}
function isOutside(path, folder) {
	const way = relative(folder, path);
	return isAbsolute(way) || way === ".." || way.startsWith("../");
}
async function checkName(file, { workspace, byName }) {
	const name = assetName(basename(file));
	if (/^(checksums\.txt|packages\.tar|images\.txt|giropops(\.\d+)?\.json)$/.test(name)) throw wrong(file, `would be the asset ${JSON.stringify(name)}, which is made for the release itself`, { hint: "Leave it out, or rename it." });
	const known = byName.get(name);
	byName.set(name, known ?? file);
	if (known === void 0) return;
	const [one, other] = await Promise.all([known, file].map((each) => sha256OfFile(resolve(workspace, each))));
	if (one === other) return;
	throw new Failure("INPUT_INVALID", `input "assets": ${JSON.stringify(known)} and ${JSON.stringify(file)} would both be the asset ${JSON.stringify(name)}`, { hint: "A release has no folders; rename one of them." });
}
function wrong(file, what, details) {
	return new Failure("INPUT_INVALID", `input "assets": ${JSON.stringify(file)} ${what}`, details);
}
// src/pipeline/release-plan.ts
/** Plans the release; undefined when none is asked for. All that is wrong is told at once (INPUT_INVALID, CONFIG_MISSING). */
async function planRelease(inputs, world) {
	const { context, machine, log } = world;
	const { release = "true" } = inputs;
	const pushed = pushedTag(context);
	if (release === "false") return void 0;
	if (release === "auto" && pushed === void 0) {
		log.info("nothing is released: the run is not for a git tag");
		return;
	}
	const found = [];
	const place = await collect$1(found, () => placeOf$1(inputs, context));
	const more = await collect$1(found, () => findReleaseFiles(inputs.assets ?? [], machine.workspace));
	found.push(...notesFailures(inputs.notes));
	throwIfAny(found);
	if (place === void 0) return void 0;
	return {
		...place,
		...wishesOf(inputs),
		isPushed: place.tag === pushed,
		more: more ?? []
	};
}
function placeOf$1(inputs, context) {
	const { repository, api = "https://api.github.com", server = "https://github.com" } = context;
	const tag = inputs.tag?.replace(/^refs\/tags\//, "") ?? pushedTag(context);
	const token = inputs["github-token"];
	throwIfAny([
		...tagFailures(tag, inputs),
		...token === void 0 ? [noToken$1()] : [],
		...repository === void 0 ? [noRepository()] : []
	]);
	return {
		api,
		server,
		repository: repository ?? "",
		token: token ?? "",
		tag: tag ?? ""
	};
}
function wishesOf(inputs) {
	const { name, notes, draft = false, prerelease = "auto", replace = false } = inputs;
	return {
		name,
		notes,
		draft,
		prerelease,
		replace,
		majorTag: inputs["major-tag"] ?? false
	};
}
/** A pull request releases nothing, whatever it is for. */
function pushedTag(context) {
	return isPullRequest(context) ? void 0 : tagOf(context);
}
function notesFailures(notes = "") {
	if (notes.length <= 124750) return [];
	const message = `input "notes" has ${notes.length} letters, and there is room for ${mostNotes}`;
	return [new Failure("INPUT_INVALID", message, { hint: "Give a shorter text, and the long one as a file in \"assets\"." })];
}
function tagFailures(tag, inputs) {
	if (tag === void 0) return [noTag(inputs)];
	if (isTagName(tag) && !tag.startsWith("refs/")) return [];
	return [new Failure("INPUT_INVALID", `input "tag" is ${JSON.stringify(inputs.tag ?? tag)}, which names no git tag`, { hint: `Write a name like v1.0.0, or "\${{ github.ref_name }}" where the run is for a tag. Git takes ${tagNameRule}.` })];
}
function noTag({ release }) {
	return new Failure("INPUT_INVALID", release === void 0 ? "input \"tag\" is not given, and the run is not for a git tag" : "input \"release\" is \"true\", and the run is not for a git tag", { hint: release === void 0 ? "Give \"tag\", or start the workflow with \"on: push: tags: [v*]\"." : "Write \"release: auto\" to release only when the run is for a git tag: \"on: push: tags: [v*]\"." });
}
function noToken$1() {
	return new Failure("INPUT_INVALID", "input \"github-token\" is not given, and a release needs it", { hint: "In a workflow of github.com leave it out; elsewhere give a token that may write the contents of the repository." });
}
function noRepository() {
	return new Failure("INPUT_INVALID", "it is not known which repository the release is for", { hint: "Run it in a workflow of the repository." });
}
// src/pipeline/signing-plan.ts
/**
* Decides whether and how the run signs; undefined when it does not. Fails with IDENTITY_MISSING, naming the line to add, or
* INPUT_INVALID. `push` tells whether the run pushes, or is for what was pushed before.
*/
function planSigning(inputs, push, { context, machine, log }) {
	const text = inputs["cosign-key"];
	const root = inputs["trusted-root"];
	const services = chooseServices({
		fulcioUrl: inputs["fulcio-url"],
		rekorUrl: inputs["rekor-url"],
		tsaUrl: inputs["tsa-url"],
		trustedRoot: root === void 0 ? void 0 : resolve(machine.workspace, root),
		cosignKey: text !== void 0
	});
	const decision = decideSigning({
		...factsOf(context),
		sign: inputs.sign,
		push: push !== false,
		alone: push === "done before",
		cosignKey: text !== void 0,
		publicLog: services.publicLog
	});
	if (!decision.sign) {
		if (decision.notice !== void 0) log.notice(decision.notice);
		return;
	}
	return {
		services,
		by: decision.by,
		log: decision.log,
		format: inputs["signature-format"],
		sbom: inputs.sbom,
		provenance: inputs.provenance,
		attestTo: inputs["attest-to"],
		...text === void 0 ? {} : { key: {
			text,
			passphrase: inputs["cosign-password"]
		} }
	};
}
function factsOf({ workflow, identity, stranger, privateRepository }) {
	return {
		workflow,
		identityOffered: identity !== void 0,
		stranger: stranger ?? false,
		privateRepository
	};
}
// src/apko/apko-features.ts
/**
* Keys that came to apko's file after 0.11. apko before 0.17 ignores silently what it does not know, later ones refuse the
* file; which version first acts on a key, the tools room knows. Keys of lists are found in every item.
*/
const features = {
	"contents.baseimage": true,
	"contents.build_repositories": true,
	"contents.runtime_repositories": true,
	"contents.runtime_keyring": true,
	layering: true,
	certificates: true,
	"certificates.providers": true,
	format: true
};
/** Keys that apko knew once; the first version that refuses them. */
const formerKeys = { "os-release": "0.17.0" };
/** What a file asks for that not every apko does, each at the first place that asks. */
function featuresOf(file) {
	return Object.keys(features).filter((feature) => feature in features).flatMap((feature) => {
		const [path] = nodesAt(file.value, feature.split("."));
		const because = {
			text: file.file,
			at: file.placeOf(path ?? [])
		};
		return path === void 0 ? [] : [{
			tool: "apko",
			ability: { feature },
			because
		}];
	});
}
// src/apko/texts.ts
/** The list of texts at a path, numbers (`- 386`) read as such; empty when there is none. What is no text goes to `found`. */
function readTexts(file, path, found) {
	const list = nodeAt(file.value, path);
	if (list === void 0 || list === null) return [];
	const wrong = (message, at = file.placeOf(path)) => {
		const text = `${at.file}:${at.line}: ${message}`;
		found.push(new Failure("CONFIG_INVALID", text, {
			at,
			hint: "Write a list, \"- \" and a text a line."
		}));
	};
	if (!Array.isArray(list)) {
		wrong(`"${path.join(".")}" is not a list`);
		return [];
	}
	return list.flatMap((item, at) => {
		if (typeof item === "string") return [item];
		if (typeof item === "number") return [file.textOf([...path, at]) ?? String(item)];
		wrong(`"${path.join(".")}" has something that is not a text`, file.placeOf([...path, at]));
		return [];
	});
}
// src/apko/apko-architectures.ts
/** The `archs` of a file, each once; also spelled as apko allows (`arm/v7`). What is unknown goes to `found`. */
function readArchitectures(file, found) {
	const known = readTexts(file, ["archs"], found).flatMap((text, index) => {
		const architecture = findArchitecture(text) ?? findArchitecture(`linux/${text}`);
		if (architecture === void 0) {
			const at = file.placeOf(["archs", index]);
			const message = `${at.file}:${at.line}:${at.column}: "archs" has the unknown architecture "${text}"`;
			const hint = `Accepted: ${architectures.map(({ name }) => name).join(", ")}.`;
			found.push(new Failure("CONFIG_INVALID", message, {
				at,
				hint
			}));
		}
		return architecture ?? [];
	});
	return [...new Set(known)];
}
// src/apko/apko-include.ts
/**
* Reads a file and the chain of its `include`s, which are relative to the workspace (apko reads them from where it runs).
* Fails with CONFIG_MISSING or CONFIG_INVALID at the line that includes.
*/
async function readIncludes(absolute, file, workspace) {
	const main = await readMapping(absolute, file);
	const files = [main];
	const paths = [absolute];
	const seen = /* @__PURE__ */ new Set([normalize(file)]);
	for (let last = main;;) {
		const include = nodeAt(last.value, ["include"]);
		if (include === void 0 || include === null || include === "") return {
			files,
			warnings: [],
			checksum: await checksumOf(paths)
		};
		const at = last.placeOf(["include"]);
		if (typeof include !== "string") throw invalid$1("\"include\" is not a text", at);
		if (isRemote(include)) return {
			files,
			warnings: [{
				text: remoteText(include),
				at
			}],
			checksum: void 0
		};
		if (seen.has(normalize(include))) throw invalid$1(`"${include}" is included in a circle`, at);
		seen.add(normalize(include));
		last = await readIncluded(resolve(workspace, include), include, at);
		files.push(last);
		paths.push(resolve(workspace, include));
	}
}
async function checksumOf(paths) {
	const hash = createHash("sha256");
	for (const path of paths) hash.update(await readFile(path));
	return `sha256-${hash.digest("base64")}`;
}
async function readMapping(absolute, file) {
	const yaml = await readYamlFile(absolute, file);
	if (!isMapping(yaml.value)) throw invalid$1("an apko file is a mapping of keys", yaml.placeOf([]));
	return yaml;
}
async function readIncluded(absolute, include, at) {
	return readMapping(absolute, include).catch((cause) => {
		if (!(cause instanceof Failure) || cause.code !== "CONFIG_MISSING") throw cause;
		throw new Failure("CONFIG_MISSING", `${at?.file}:${at?.line}: ${cause.message}`, {
			cause,
			hint: "The path of \"include\" is relative to the workspace, not to the file that includes.",
			...at && { at }
		});
	});
}
/** Whether an include names a file in a git repository (`github.com/owner/name/file.yaml@main`). */
function isRemote(include) {
	return /^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\/[^/]+\/[^/]+\//i.test(include);
}
function remoteText(include) {
	return `"${include}" looks like a file in a git repository; only apko before 0.17 includes those, and it was not read here.`;
}
function invalid$1(message, at) {
	return new Failure("CONFIG_INVALID", `${at.file}:${at.line}: ${message}`, { at });
}
// src/apko/apko-keys.ts
const user = {
	username: null,
	uid: null,
	gid: null,
	shell: null,
	homedir: null
};
const group = {
	groupname: null,
	gid: null,
	members: null
};
const path = {
	path: null,
	type: null,
	uid: null,
	gid: null,
	permissions: null,
	source: null,
	recursive: null
};
const named = {
	name: null,
	content: null
};
/** Every key of an apko file, as apko 1.2.39 reads it (its pkg/build/types/schema.json). */
const apkoKeys = {
	contents: {
		build_repositories: null,
		runtime_repositories: null,
		repositories: null,
		keyring: null,
		runtime_keyring: named,
		packages: null,
		baseimage: {
			image: null,
			apkindex: null
		}
	},
	entrypoint: {
		type: null,
		command: null,
		"shell-fragment": null,
		services: null
	},
	cmd: null,
	"stop-signal": null,
	"work-dir": null,
	accounts: {
		"run-as": null,
		users: user,
		groups: group
	},
	archs: null,
	environment: null,
	paths: path,
	"vcs-url": null,
	annotations: null,
	include: null,
	volumes: null,
	layering: {
		strategy: null,
		budget: null
	},
	format: null,
	certificates: {
		additional: named,
		providers: null
	}
};
// src/apko/unknown-keys.ts
/** A warning for each key that today's apko does not know, with the known key that is nearest. */
function findUnknownKeys(file) {
	return walk(file, {
		value: file.value,
		keys: apkoKeys,
		path: []
	});
}
function walk(file, { value, keys, path }) {
	if (keys === null) return [];
	if (Array.isArray(value)) return value.flatMap((item, at) => walk(file, {
		value: item,
		keys,
		path: [...path, at]
	}));
	if (!isMapping(value)) return [];
	return Object.entries(value).flatMap(([key, child]) => {
		const here = [...path, key];
		const below = keys[key];
		if (below !== void 0) return walk(file, {
			value: child,
			keys: below,
			path: here
		});
		return [warningOf(file, here, Object.keys(keys))];
	});
}
function warningOf(file, path, known) {
	const key = String(path.at(-1));
	const until = formerKeys[path.join(".")];
	if (until !== void 0) return {
		text: `apko from ${until} on refuses the key "${key}".`,
		at: file.placeOf(path)
	};
	const parent = path.slice(0, -1).filter((step) => typeof step === "string");
	const where = parent.length === 0 ? "an apko file" : `"${parent.join(".")}" of an apko file`;
	const likely = nearest(key, known);
	return {
		text: `${where} has no key "${key}"; ${likely === void 0 ? `it has ${known.join(", ")}` : `did you mean "${likely}"?`} apko before 0.17 ignores it, later ones refuse the file.`,
		at: file.placeOf(path)
	};
}
// src/apko/apko-file.ts
/**
* Reads an apko file and its includes. `absolute` is where it is, `file` its path as the user gave it; the workspace, which
* includes are relative to, is the folder that `file` is relative to, when not given. Fails with CONFIG_MISSING or
* CONFIG_INVALID, all that is wrong at once.
*/
async function readApkoFile(absolute, file, workspace = workspaceOf(absolute, file)) {
	const { files, warnings, checksum } = await readIncludes(absolute, file, workspace);
	const found = [];
	const gather = (...path) => {
		return files.toReversed().flatMap((each) => readTexts(each, path, found));
	};
	const packages = gather("contents", "packages");
	const repositories = gather("contents", "repositories");
	const buildRepositories = gather("contents", "build_repositories");
	const architectures = files.map((each) => readArchitectures(each, found)).find((list) => list.length > 0) ?? [];
	for (const each of files) refuseErofs(each, found);
	throwIfAny(found);
	const placeOf = (path) => {
		const [main] = files;
		return (files.find((each) => nodeAt(each.value, path) !== void 0) ?? main).placeOf(path);
	};
	return {
		file,
		name: basename(file).replace(/\.ya?ml$/i, ""),
		architectures,
		repositories,
		buildRepositories,
		packages,
		annotations: Object.assign({}, ...files.toReversed().map(annotationsIn)),
		checksum,
		needs: files.flatMap(featuresOf),
		warnings: [...warnings, ...files.flatMap(findUnknownKeys)],
		placeOf,
		placeOfPackage: (name) => placeOfEntry(files, "packages", (entry) => packageNameOf(entry) === name),
		placeOfRepository: (address) => {
			const isIn = (line) => `${withoutLogin(address)}/`.startsWith(`${withoutLogin(addressOf(line))}/`);
			return placeOfEntry(files, "repositories", isIn) ?? placeOfEntry(files, "build_repositories", isIn);
		}
	};
}
function annotationsIn({ value }) {
	const found = nodeAt(value, ["annotations"]);
	const texts = isMapping(found) ? Object.entries(found).filter(([, text]) => typeof text === "string") : [];
	return Object.fromEntries(texts);
}
function workspaceOf(absolute, file) {
	const end = `/${normalize(file)}`;
	return absolute.endsWith(end) ? absolute.slice(0, -end.length) || "/" : dirname(absolute);
}
/** Place of the first entry in a list of `contents` for which `test` holds. */
function placeOfEntry(files, list, test) {
	for (const file of files) {
		const path = ["contents", list];
		const entries = nodeAt(file.value, path);
		const at = Array.isArray(entries) ? entries.findIndex((entry) => test(String(entry))) : -1;
		if (at >= 0) return file.placeOf([...path, at]);
	}
}
function refuseErofs(file, found) {
	if (nodeAt(file.value, ["format"]) !== "erofs") return;
	const at = file.placeOf(["format"]);
	const message = `${at.file}:${at.line}: layers in the format "erofs" are not supported; accepted: tar`;
	found.push(new Failure("CONFIG_INVALID", message, {
		at,
		hint: "What is installed is read from the layers, so that the SBOM is complete; leave \"format\" out."
	}));
}
// src/melange/undefined-variables.ts
/**
* Variables (`${{vars.…}}`) that a file uses and does not define, each once, where melange would give up on them; CONFIG_INVALID. Not for
* runs with a vars-file, which may define any.
*/
function undefinedVariables(file) {
	const root = isRecord$2(file.value) ? file.value : {};
	const defined = new Set([...file.known.keys()].flatMap((key) => /^vars\.(.+)/.exec(key)?.[1] ?? []));
	for (const each of entriesOf(root["var-transforms"])) if (isRecord$2(each)) defined.add(textOr(each["to"], ""));
	const found = /* @__PURE__ */ new Map();
	for (const { text, path } of textsOf(root)) for (const match of text.matchAll(/\$\{\{\s*vars\.([^}\s]+)\s*\}\}/g)) {
		const [whole, name = ""] = match;
		if (defined.has(name) || found.has(name)) continue;
		found.set(name, notDefined(whole, nearest(name, [...defined]), placeIn({
			text,
			path
		}, match.index, file)));
	}
	return [...found.values()];
}
function notDefined(whole, meant, at) {
	const hint = meant === void 0 ? "Define it below \"vars:\", or in the input \"vars-file\"." : `Did you mean "${meant}"?`;
	const place = [
		at.file,
		at.line,
		at.column
	].filter((part) => part !== void 0).join(":");
	return new Failure("CONFIG_INVALID", `${place}: ${whole} is not defined`, {
		at,
		hint
	});
}
/** Where the text has an index; that of a block begins below the line of its "|". */
function placeIn({ text, path }, index, file) {
	const start = file.placeOf(path);
	if (!text.includes("\n")) return start;
	return {
		file: start.file,
		line: (start.line ?? 1) + text.slice(0, index).split("\n").length
	};
}
/** What melange fills in in every build: not tests, nor subpackages with a condition, which it may leave out. */
function textsOf(root) {
	const subpackages = entriesOf(root["subpackages"]).flatMap((part, index) => {
		if (!isRecord$2(part) || part["if"] !== void 0 && part["if"] !== "") return [];
		const path = ["subpackages", index];
		return [...all(part["name"], [...path, "name"]), ...textsOfPart(part, path)];
	});
	const own = isRecord$2(root["package"]) ? root["package"] : {};
	const environment = isRecord$2(root["environment"]) ? root["environment"] : {};
	return [
		...[
			"name",
			"version",
			"epoch"
		].flatMap((key) => all(own[key], ["package", key])),
		...all(own["dependencies"], ["package", "dependencies"]),
		...all(environment["contents"], ["environment", "contents"]),
		...steps(root["pipeline"], ["pipeline"]),
		...subpackages
	];
}
function textsOfPart(part, path) {
	return [...all(part["dependencies"], [...path, "dependencies"]), ...steps(part["pipeline"], [...path, "pipeline"])];
}
function steps(pipeline, path) {
	return entriesOf(pipeline).flatMap((step, index) => {
		if (!isRecord$2(step)) return [];
		const at = [...path, index];
		return [...[
			"runs",
			"with",
			"working-directory",
			"needs"
		].flatMap((key) => all(step[key], [...at, key])), ...steps(step["pipeline"], [...at, "pipeline"])];
	});
}
/** Every text in a value. */
function all(value, path) {
	if (typeof value === "string") return [{
		text: value,
		path
	}];
	if (Array.isArray(value)) return value.flatMap((each, index) => all(each, [...path, index]));
	return isRecord$2(value) ? Object.entries(value).flatMap(([key, each]) => all(each, [...path, key])) : [];
}
// src/pipeline/survey.ts
/** Finds and reads every file. */
async function surveyFiles(wish, log) {
	const { workspace } = wish;
	const found = [];
	const readAll = async (input, patterns, read) => {
		if (patterns === void 0) return [];
		const { files, failures } = await findFiles({
			input,
			patterns,
			fallback: `${input.replace("-config", "")}.yaml`,
			workspace
		});
		found.push(...failures);
		return (await Promise.all(files.map((file) => collect$1(found, () => read(absoluteOf(file, workspace), file))))).filter((value) => value !== void 0);
	};
	const melange = await readAll("melange-config", wish.melange, readMelangeFile);
	if (!wish.varsElsewhere) found.push(...melange.flatMap(undefinedVariables));
	const apko = await readAll("apko-config", wish.apko, (absolute, file) => readApkoFile(absolute, file, workspace));
	for (const { text, at } of apko.flatMap(({ warnings }) => warnings)) log.warning(text, at);
	return {
		melange,
		apko,
		failures: found
	};
}
function absoluteOf(file, workspace) {
	return isAbsolute(file) ? file : join(workspace, file);
}
// src/pipeline/prepare.ts
/**
* Reads files, plans, and looks at everything that inputs name. Whatever is wrong is told at once; then that we may push is proven
* where the plan does. Nothing was built by then.
*/
async function prepare(inputs, world) {
	const { machine, context, log } = world;
	const survey = await surveyFiles(surveyWish(inputs, machine.workspace), log);
	const tagged = planTags(inputs, survey.melange, world);
	const { plan, failures } = makePlan({
		wish: planWish(inputs, tagNames(tagged)),
		melange: survey.melange,
		apko: survey.apko,
		unreadable: survey.failures.length > 0,
		context,
		host: machine.architecture
	});
	const locks = await findLocks(plan.images, {
		lockfile: inputs.lockfile,
		packages: inputs["package-append"] ?? [],
		workspace: machine.workspace
	});
	const melange = survey.melange;
	const marked = planMarks(inputs, {
		images: locks.images,
		push: plan.push,
		melange,
		tagged
	}, world);
	const found = [
		...contradictions(inputs),
		...await findPathProblems(inputs, {
			workspace: machine.workspace,
			builds: plan.packages.files.length > 0 || survey.failures.length > 0
		}),
		...survey.failures,
		...failures,
		...locks.failures,
		...marked.failures,
		...packageMismatch(inputs, {
			plan,
			melange,
			context
		})
	];
	for (const name of toolsOf$1(inputs)) {
		const [version = "", sha256] = [inputs[`${name}-version`], inputs[`${name}-sha256`]];
		await collect$1(found, () => resolveWish({
			name,
			version,
			sha256
		}, machine));
	}
	const key = await collect$1(found, () => checkedKey(inputs["signing-key"], world));
	const signing = await collect$1(found, () => prepareSigning(inputs, plan, world));
	const release = await collect$1(found, () => plannedRelease(inputs, world));
	const scan = await planScan(inputs, {
		plan,
		workspace: machine.workspace,
		found
	});
	const destinations = await findDestinations({
		plan,
		inputs,
		found
	}, world);
	if (plan.load && plan.images.length > 0) await collect$1(found, () => proveEngine(world));
	throwIfAny(found);
	for (const idle of idleRemarks(inputs)) log.notice(idle);
	for (const text of marked.notices) log.notice(text);
	const files = [...survey.melange, ...survey.apko].map(({ file }) => file);
	const output = await openOutput(inputs.output, world);
	const newPackages = await provePushes(destinations, world);
	return {
		plan: {
			...plan,
			images: marked.images
		},
		signing,
		release,
		scan,
		key,
		destinations,
		newPackages,
		output,
		files: await hashFiles(files, machine.workspace),
		sourceDateEpoch: inputs["source-date-epoch"] ?? context.commitTime
	};
}
/** With images each of them is compared already. */
function packageMismatch(inputs, { plan, melange, context }) {
	if (inputs["version-check"] === false || plan.images.length > 0) return [];
	return [findPackageMismatch(melange, context)].filter((each) => each !== void 0);
}
function toolsOf$1({ scan = "false" }) {
	return [
		"melange",
		"apko",
		...scan === "false" ? [] : [scan]
	];
}
function planWish(inputs, tags) {
	return {
		platforms: inputs.platforms,
		image: inputs.image ?? [],
		tags,
		push: inputs.push ?? "false",
		load: inputs.load ?? false,
		registry: inputs.registry
	};
}
async function checkedKey(value, world) {
	const key = await readKeyInput("signing-key", value, world);
	if (key !== void 0) readPrivateKey(key);
	return key;
}
async function prepareSigning(inputs, plan, world) {
	if (!signs(inputs)) return void 0;
	const cosignKey = await readKeyInput("cosign-key", inputs["cosign-key"], world);
	const signing = planSigning({
		...inputs,
		"cosign-key": cosignKey
	}, plan.push, world);
	if (signing?.key !== void 0 || signing?.services.trustedRoot !== void 0) {
		const { checkSigning } = await import("./open-signing.js");
		await checkSigning(signing, world);
	}
	return signing;
}
async function plannedRelease(inputs, world) {
	return inputs.release === void 0 ? void 0 : planRelease(inputs, world);
}
function signs(inputs) {
	return inputs.sign !== void 0 && inputs.sign !== "false";
}
function surveyWish(inputs, workspace) {
	const { "melange-config": melange, "apko-config": apko } = inputs;
	return {
		workspace,
		varsElsewhere: inputs["vars-file"] !== void 0 || (inputs["melange-args"] ?? []).some((argument) => argument.startsWith("--vars-file")),
		...melange === void 0 ? {} : { melange },
		...apko === void 0 ? {} : { apko }
	};
}
// src/pipeline/run-record.ts
const recordFile = "giropops.json";
function openRecorder({ clock, log, context, version }) {
	const startedAt = clock.now();
	const stages = [];
	const secondsSince = (start) => (clock.now().getTime() - start.getTime()) / 1e3;
	const wideStage = async (name, body) => {
		const start = clock.now();
		const result = await body();
		stages.push({
			stage: name,
			seconds: secondsSince(start)
		});
		return result;
	};
	return {
		startedAt,
		wideStage,
		stage: (name, body) => wideStage(name, () => log.group(name, body)),
		record: (results) => ({
			$schema: "https://github.com/org/giropops-build/schema/giropops.schema.json",
			giropops: version,
			startedAt: startedAt.toISOString(),
			seconds: secondsSince(startedAt),
			run: runOf(context),
			stages: [...stages],
			...results,
			tools: results.tools.map(({ name, version: which, sha256, source }) => ({
				name,
				version: which,
				sha256,
				source
			}))
		})
	};
}
/** Writes `<output>/giropops.json` in one rename. */
async function writeRecord$1(record, output) {
	await mkdir(output, { recursive: true });
	const file = join(output, recordFile);
	await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
	await rename(`${file}.new`, file);
}
function runOf({ repository, commit, ref, event, url }) {
	const known = Object.entries({
		repository,
		commit,
		ref,
		event,
		url
	}).filter(([, value]) => value !== void 0);
	return Object.fromEntries(known);
}
// src/pipeline/release-build.ts
/**
* The release at the end of the pipeline. Images are public by then, so that a release that fails takes nothing back: it is told
* once outputs and summary were handed over.
*/
async function releaseBuild({ plan, results, output, failed }, { world, recorder }) {
	if (plan === void 0) return { failures: [] };
	if (failed.length > 0) {
		world.log.notice(`${plan.tag} is not released, since not everything was made`);
		return { failures: [] };
	}
	const record = recorder.record(results);
	await writeRecord$1(record, output);
	const folders = [{
		record,
		folder: output,
		file: join(output, recordFile)
	}];
	try {
		return await recorder.stage("release", async () => {
			const { releaseStage } = await import("./release-stage.js");
			return releaseStage({
				plan,
				folders,
				startedAt: recorder.startedAt.toISOString()
			}, world);
		});
	} catch (error) {
		return { failures: foreseen(error) };
	}
}
// src/pipeline/start-scanner.ts
/** Milliseconds for one platform, or for one step of making the database ready; `deadline` where that is longer. */
const leastLimit = 9e5;
/** Begins to make the scanner's database ready; undefined when nothing is scanned. Who awaits the scanner gets what went wrong. */
function startScanner({ plan, deadline }, tools, world) {
	const tool = plan && tools[plan.scanner];
	if (plan === void 0 || tool === void 0) return void 0;
	const { database, required } = plan;
	const limit = Math.max(leastLimit, deadline);
	const open = async () => {
		const { openScanner } = await import("./open-scanner.js");
		return openScanner({
			tool,
			database,
			required,
			machine: world.machine,
			limit
		}, world);
	};
	const scanner = open();
	scanner.catch(() => {});
	return {
		plan,
		scanner
	};
}
// src/report/markdown.ts
/** A table; cells are Markdown already. */
function table$1(head, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	return [
		line(head),
		line(head.map(() => "---")),
		...rows.map(line)
	].join("\n");
}
function details(title, body) {
	return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
const fence = (language, text) => [
	"```" + language,
	text,
	"```"
].join("\n");
/** Each text as code; what would end it, or a cell, is replaced. */
const code = (texts) => texts.map((text) => `\`${text.replaceAll(/[`|\r\n]/g, "'")}\``).join(", ");
/** A text that is no Markdown, on one line. */
const escape$1 = (text) => text.replaceAll(/[\\`*_{}[\]<>|#~!]/g, "\\$&").replaceAll(/[\r\n]+/g, " ");
// src/report/findings.ts
/** Lines of each table; a summary has 1 MiB for all images. */
const shown$1 = {
	stopping: 50,
	others: 100,
	ignored: 50,
	changes: 50
};
/** What was found in an image, for the job summary. */
function findingsPart(scan, notScanned) {
	if (scan === void 0) return notScanned === void 0 ? [] : [`**Not scanned**: ${escape$1(notScanned)}.`];
	const { pass, failing, others, ignored, failOn, onlyFixed, scanner } = scan;
	const policy = `\`fail-on\`: ${failOn}, \`only-fixed\`: ${onlyFixed}`;
	const word = pass ? `Nothing found stops it (${policy}).` : `**${countOf(failing.length, "finding stops", "findings stop")} it** (${policy}): it was not pushed.`;
	const { name, version, database } = scanner;
	return [
		word,
		table$1([
			"Platform",
			...severities,
			"ignored"
		], scan.counts.map((counts) => [
			code([counts.platform]),
			...severities.map((severity) => String(counts[severity])),
			String(counts.ignored)
		])),
		...failing.length === 0 ? [] : [findingsTable(failing, shown$1.stopping)],
		...others.length === 0 ? [] : [details(`The other findings: ${others.length}`, findingsTable(others, shown$1.others))],
		...ignored.length === 0 ? [] : [details(`Ignored: ${ignored.length}`, ignoredTable(scan))],
		...entriesPart(scan),
		...sincePart(scan),
		`Looked at by ${name} ${escape$1(version)} with the database of ${escape$1(database.built)}.`
	];
}
const countOf = (count, one, several) => `${count} ${count === 1 ? one : several}`;
function findingsTable(findings, most) {
	const rows = findings.slice(0, most).map((finding) => {
		const { id, severity, package: apk, version, fixedIn, platforms, at, exploited, epss, url } = finding;
		const notes = [exploited ? "exploited" : "", epss === void 0 ? "" : `EPSS ${(epss * 100).toFixed(1)} %`];
		return [
			linked(id, url),
			[severity, ...notes.filter((note) => note !== "")].join(", "),
			escape$1(apk),
			escape$1(version),
			escape$1(fixedIn.join(", ")) || "none known",
			at === void 0 ? "" : code([`${at.file}:${at.line ?? 1}`]),
			platforms.map(escape$1).join(", ")
		];
	});
	return withMore(table$1([
		"Vulnerability",
		"Severity",
		"Package",
		"Version",
		"Mended in",
		"Brought in by",
		"Platforms"
	], rows), findings.length - rows.length);
}
function ignoredTable({ ignored }) {
	const rows = ignored.slice(0, shown$1.ignored).map(({ id, package: apk, by, reason, until = "" }) => [
		escape$1(id),
		escape$1(apk),
		by === "vex" ? "VEX" : `\`scan-ignore\` until ${escape$1(until)}`,
		escape$1(cut(reason))
	]);
	return withMore(table$1([
		"Vulnerability",
		"Package",
		"By",
		"Reason"
	], rows), ignored.length - rows.length);
}
function entriesPart({ expired, unused }) {
	const named = (entries) => entries.slice(0, shown$1.ignored).map(({ vulnerability, package: apk }) => `${escape$1(vulnerability)} of ${escape$1(apk)}`).join(", ");
	return [...expired.length === 0 ? [] : [`Entries of \`scan-ignore\` that ended and do not count any more: ${named(expired)}.`], ...unused.length === 0 ? [] : [`Entries of \`scan-ignore\` that nothing needs: ${named(unused)}.`]];
}
function sincePart({ since, notCompared }) {
	if (notCompared !== void 0) return [`Not compared with an earlier scan: ${escape$1(cut(notCompared))}.`];
	if (since === void 0) return ["First scan: there is no earlier one to compare with."];
	const { reference, scannedAt, added, gone } = since;
	const against = `${code([reference])}, scanned on ${escape$1(scannedAt.slice(0, 10))}`;
	if (added.length === 0 && gone.length === 0) return [`The same findings as ${against}.`];
	const rows = [...changeRows("new", added), ...changeRows("gone", gone)];
	return [`Against ${against}: ${added.length} new, ${gone.length} gone.`, withMore(table$1([
		"Change",
		"Vulnerability",
		"Severity",
		"Package",
		"Version"
	], rows), added.length + gone.length - rows.length)];
}
function changeRows(change, findings) {
	return findings.slice(0, shown$1.changes).map(({ id, severity, package: apk, version }) => [
		change,
		escape$1(id),
		severity,
		escape$1(apk),
		escape$1(version)
	]);
}
function withMore(text, more) {
	return more > 0 ? `${text}\n\n${more} more are in the record.` : text;
}
/** A link where the address is one of the web and has nothing that ends a link. */
function linked(id, url) {
	return url !== void 0 && /^https?:\/\/[^\s()<>|\\`]+$/.test(url) ? `[${escape$1(id)}](${url})` : escape$1(id);
}
function cut(text) {
	return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
// src/report/graph-picture.ts
/** GitHub's Mermaid draws no more than 500 edges; more than 200 boxes nobody reads. */
const most$2 = {
	nodes: 200,
	edges: 500
};
/**
* The graph in Mermaid's language: solid arrows for what had to be built first, dotted ones for what is installed along or by tests.
* Undefined for a single package. `note` tells what was left out.
*/
function drawGraph({ nodes }) {
	if (nodes.length < 2) return void 0;
	const drawn = nodes.slice(0, most$2.nodes);
	const names = new Map(drawn.map(({ file }, index) => [file, `n${index}`]));
	const edges = drawn.flatMap((node) => edgesOf(node, names));
	const text = [
		"flowchart LR",
		...drawn.map((node) => `  ${names.get(node.file)}["${labelOf(node)}"]`),
		...edges.slice(0, most$2.edges)
	].join("\n");
	const left = [...drawn.length < nodes.length ? [`the first ${drawn.length} of ${nodes.length} packages`] : [], ...edges.length > most$2.edges ? [`${most$2.edges} of their ${edges.length} arrows`] : []];
	return left.length === 0 ? { text } : {
		text,
		note: `Drawn: ${left.join(", ")}; the record has all.`
	};
}
function edgesOf(node, names) {
	const to = names.get(node.file);
	const others = [.../* @__PURE__ */ new Set([...node.runtime, ...node.tests])].filter((file) => !node.needs.includes(file));
	const arrows = (files, arrow) => files.flatMap((file) => names.has(file) ? [`  ${names.get(file)} ${arrow} ${to}`] : []);
	return [...arrows(node.needs, "-->"), ...arrows(others, "-.->")];
}
/** Letters and signs of package names; nothing that Mermaid or HTML could read as more. */
function labelOf(node) {
	return node.package.replaceAll(/[^\w+.-]/g, "_");
}
// src/report/release-part.ts
/** The release in the job summary; nothing when there is none. */
function releasePart(release) {
	if (release === void 0) return [];
	const { tag, url, draft, outcome, assets, majorTags } = release;
	const done = {
		made: draft ? "A draft, complete and not published" : "Published",
		completed: "Published before, now complete",
		unchanged: "Published before, with the same content"
	}[outcome];
	const size = formatSize(assets.reduce((sum, each) => sum + each.size, 0));
	return [
		`### Release \`${tag.replaceAll("`", "")}\``,
		`${done}: [${url}](${url}), ${assets.length} assets, ${size}.`,
		...majorTags.length === 0 ? [] : [`Named by ${majorTags.map((name) => `\`${name}\``).join(", ")} as well.`]
	];
}
// src/report/summary.ts
/** The job summary in Markdown: what failed, images with their platforms, packages, tools and times. Under the runner's 1 MiB. */
function summaryOf(record, failures = []) {
	return `${[
		...failedPart(failures),
		...releasePart(record.release),
		...record.images.flatMap(imagePart),
		...packagesPart(record.packages),
		...graphPart(record.graph),
		details("Tools and times", toolsPart(record))
	].join("\n\n")}\n`;
}
function failedPart(failures) {
	if (failures.length === 0) return [];
	return ["### Failed", table$1([
		"What",
		"Where",
		"Code"
	], failures.map(({ code, message, at }) => [
		escape$1(message).replaceAll("\n", " "),
		at === void 0 ? "" : `\`${[at.file, at.line].filter(Boolean).join(":")}\``,
		code
	]))];
}
function imagePart(image) {
	const { pushed } = image;
	const rows = image.platforms.map((each) => [
		`\`${each.platform}\``,
		`\`${each.digest}\``,
		formatSize(each.size),
		String(each.packages.length)
	]);
	const added = [...new Set(image.platforms.flatMap(({ addedToSbom }) => addedToSbom))];
	return [
		`### ${pushed === void 0 ? escape$1(image.name) : `\`${pushed.repository}\``}`,
		pushed === void 0 ? "Built, not pushed." : pushedText(image, pushed),
		...copiesPart(image),
		table$1([
			"Platform",
			"Digest",
			"Size",
			"Packages"
		], rows),
		`Index \`${image.digest}\`, ${formatSize(image.size)} in all.`,
		...image.reproduced ? ["Reproduced: a second build in another folder has the same digest."] : [],
		...findingsPart(image.scan, image.notScanned),
		...signedPart(image.signed),
		...lockPart(image.lock),
		...image.loaded.length === 0 ? [] : [`Loaded: ${code(image.loaded)}`],
		...added.length === 0 ? [] : [details(`Added to the SBOM from the package database, since apko leaves them out: ${added.length}`, code(added))]
	];
}
/** Lines of the table of changes; a summary has 1 MiB. */
const changesShown = 500;
function lockPart(lock) {
	if (lock === void 0) return [];
	const { file, mode, changes } = lock;
	if (mode !== "update") return [`Packages are those of the lock \`${file}\`, compared after the build.`];
	if (changes.length === 0) return [`The lock \`${file}\` is up to date.`];
	const rows = changes.slice(0, changesShown).map(({ platform, name, kind, from = "", to = "" }) => [
		`\`${platform}\``,
		escape$1(name),
		kind,
		from,
		to
	]);
	const more = changes.length > changesShown ? [`${changes.length - changesShown} more are in the record.`] : [];
	return [
		`The lock \`${file}\` was written anew; ${changes.length} changes:`,
		table$1([
			"Platform",
			"Package",
			"Change",
			"Before",
			"Now"
		], rows),
		...more
	];
}
function signedPart(signed) {
	if (signed === void 0) return [];
	const { signer } = signed;
	const who = "publicKey" in signer ? "with a key" : `as \`${signer.subject}\` (${signer.issuer})`;
	const texts = signed.verify.map(({ title, text, language }) => [`**${title}**`, fence(language, text)].join("\n\n"));
	const github = signed.github.length === 0 ? [] : [`Kept by GitHub: ${signed.github.join(", ")}`];
	return [
		`Signed ${who}, read back and verified.`,
		...github,
		details("How to verify it", texts.join("\n\n"))
	];
}
function pushedText(image, pushed) {
	const tags = pushed.tags.length === 0 ? "no tag" : code(pushed.tags);
	const pull = fence("sh", `docker pull ${pushed.repository}@${image.digest}`);
	return `${pushed.unchanged ? "There already, nothing was pushed; tags" : "Pushed, tags"}: ${tags}\n\n${pull}`;
}
/** The other repositories, and tags that were left alone. */
function copiesPart({ pushed, copies = [] }) {
	const places = [...pushed === void 0 ? [] : [pushed], ...copies];
	const rows = copies.map(({ repository, tags, unchanged }) => [
		`\`${repository}\``,
		tags.length === 0 ? "no tag" : code(tags),
		unchanged ? "there already" : "pushed"
	]);
	const left = places.flatMap(({ repository, left: tags = [] }) => tags.map(({ tag, digest }) => `\`${repository}:${tag}\` was left at \`${digest}\`, another image.`));
	return [...rows.length === 0 ? [] : [table$1([
		"The same digest in",
		"Tags",
		""
	], rows)], ...left];
}
function packagesPart(packages) {
	if (packages === void 0) return [];
	const some = packages.built.some(({ taken }) => taken);
	const rows = packages.built.map((each) => [
		escape$1(each.name),
		`\`${each.version}\``,
		`\`${each.arch}\``,
		formatSize(each.size),
		...some ? [each.taken ? "an earlier run" : "this run"] : []
	]);
	const key = packages.throwAwayKey ? "a throw-away key of this run" : "the given key";
	return [
		"### Packages",
		table$1([
			"Package",
			"Version",
			"Architecture",
			"Size",
			...some ? ["From"] : []
		], rows),
		`${originOf(packages)}, signed with ${key}.`
	];
}
function originOf({ sandbox, legs }) {
	if (sandbox !== void 0) return `Built in ${sandbox}`;
	if (legs === void 0) return "Nothing had to be built";
	return `Merged from ${legs.length} ${legs.length === 1 ? "repository" : "repositories"}`;
}
function graphPart(graph) {
	const picture = graph && drawGraph(graph);
	if (picture === void 0) return [];
	return [fence("mermaid", picture.text), ...picture.note === void 0 ? [] : [picture.note]];
}
function toolsPart(record) {
	const tools = record.tools.map((each) => [
		each.name,
		each.version,
		`\`${each.sha256}\``,
		each.source
	]);
	const times = record.stages.map((each) => [each.stage, `${each.seconds.toFixed(1)} s`]);
	return [table$1([
		"Tool",
		"Version",
		"sha256",
		"From"
	], tools), table$1(["Stage", "Time"], times)].join("\n\n");
}
// src/pipeline/stage-result.ts
/** Writes the record and makes outputs and summary from it. */
async function concludeRun(record, { output, table, failures = [] }) {
	await writeRecord$1(record, output);
	return {
		outputs: outputsOf(table, {
			record,
			output
		}),
		summary: summaryOf(record, failures),
		failures
	};
}
// src/tools/tool-help.ts
/** Flags that a cobra command's help lists, its global ones too: `--lockfile`. */
function parseFlags(help) {
	return [...help.matchAll(/^ {2,}(?:-\w, )?(--[a-z0-9][a-z0-9-]*)/gm)].flatMap(([, flag]) => flag ?? []);
}
/** The version in what `<tool> version` prints, without `v`: that of its GitVersion line, else the first that looks like one. */
function parseVersion(text) {
	return /^GitVersion:\s+v?(\S+)/m.exec(text)?.[1] ?? /\bv?(\d+\.\d+\.\d+\S*)/.exec(text)?.[1];
}
/** The version in what a scanner's `version` prints as JSON (grype's `version`, trivy's `Version`), without `v`. */
function parseVersionJson(text) {
	try {
		const said = JSON.parse(text);
		if (typeof said !== "object" || said === null) return void 0;
		const version = "version" in said ? said.version : "Version" in said ? said.Version : void 0;
		return typeof version === "string" ? /^v?(\d+\.\d+\.\d+\S*)$/.exec(version)?.[1] : void 0;
	} catch {
		return;
	}
}
// src/tools/asked-tool.ts
/** How a tool is asked for its version as JSON; the builders tell theirs as text. */
const jsonVersion = {
	grype: [
		"version",
		"-o",
		"json"
	],
	trivy: [
		"version",
		"-f",
		"json"
	]
};
/** A scanner is not to ask anybody whether there is a newer one. */
const quiet = {
	GRYPE_CHECK_FOR_APP_UPDATE: "false",
	TRIVY_SKIP_VERSION_CHECK: "true"
};
/**
* Asks a binary for its version and, a builder, for the flags of `build`. Fails with TOOL_UNSUITED when it cannot run on this
* machine, or is something else.
*/
async function askTool(name, path, { machine, processes }) {
	const ask = async (...args) => {
		const finished = await processes.ask({
			tool: path,
			args,
			env: quiet
		}).catch((cause) => {
			throw cause instanceof Failure ? unsuited(cause.message, cause) : cause;
		});
		if (finished.code !== 0) throw unsuited(`${args.join(" ")} ended with ${finished.code}${lastLine(finished)}`);
		return finished.stdout;
	};
	const unsuited = (why, cause) => {
		const platform = `${machine.os}/${machine.architecture.name}`;
		return new Failure("TOOL_UNSUITED", `this ${name} cannot be used on ${platform}: ${path}: ${why}`, {
			hint: `Take a build of ${name} that is made for ${platform}.`,
			cause
		});
	};
	const asJson = jsonVersion[name];
	if (asJson !== void 0) {
		const version = parseVersionJson(await ask(...asJson));
		if (version === void 0) throw unsuited("it does not tell its version");
		return {
			version,
			flags: []
		};
	}
	const [said, help] = await Promise.all([ask("version"), ask("build", "--help")]);
	const version = parseVersion(said);
	if (version === void 0) throw unsuited("it does not tell its version");
	const flags = parseFlags(help);
	if (flags.length === 0) throw unsuited("the help of its build lists no flags");
	return {
		version,
		flags
	};
}
function lastLine({ stdout, stderr }) {
	const line = `${stdout}\n${stderr}`.trim().split("\n").at(-1)?.trim();
	return line ? `: ${line.slice(0, 200)}` : "";
}
// src/tools/entry-record.ts
const file = "giropops.json";
/** Completes an entry before it goes into the cache. */
async function writeRecord(folder, release, asked) {
	const { size } = await stat(join(folder, release.name));
	const record = {
		tarball: release.sha256,
		size,
		...asked
	};
	await writeFile(join(folder, file), `${JSON.stringify(record, void 0, 2)}\n`);
}
/** The entry's record; undefined when it has none of ours, or its binary is not the one recorded. */
async function readRecord(folder, { name }) {
	try {
		const record = JSON.parse(await readFile(join(folder, file), "utf8"));
		if (!isRecord$1(record)) return void 0;
		const { size } = await stat(join(folder, name));
		return size === record.size ? record : void 0;
	} catch {
		return;
	}
}
function isRecord$1(value) {
	if (typeof value !== "object" || value === null) return false;
	const { tarball, size, version, flags } = value;
	const listed = Array.isArray(flags) && flags.every((flag) => typeof flag === "string");
	return typeof tarball === "string" && typeof size === "number" && typeof version === "string" && listed;
}
// src/tools/cached.ts
const mostTries = 5;
const pause = 100;
/** The tool from the cache, when the tarball that it came from is the expected one. Otherwise undefined, with a warning if something else is there. */
async function findCached(release, { toolCache, log }) {
	const folder = await toolCache.find(entryOf(release));
	if (folder === void 0) return void 0;
	const record = await readRecord(folder, release);
	if (record?.tarball === release.sha256) return cachedTool(release, folder, record);
	const is = record === void 0 ? "is not whole or not ours" : `came from a tarball with sha256 ${record.tarball}`;
	log.warning(`${release.name} ${release.version} in the tool cache ${is}; it is replaced`);
}
/** Puts a finished folder into the cache and answers where the tool is. An equal one of another job is used, any other replaced. */
async function placeInCache(release, folder, { toolCache, clock }) {
	const entry = entryOf(release);
	for (let tries = 0; tries < mostTries; tries += 1) {
		const there = await toolCache.find(entry);
		const record = there === void 0 ? void 0 : await readRecord(there, release);
		if (there !== void 0 && record?.tarball === release.sha256) return {
			...cachedTool(release, there, record),
			source: "download"
		};
		if (there !== void 0) await toolCache.discard(entry);
		if (existsSync(folder)) await toolCache.adopt(folder, entry);
		else await clock.sleep(pause);
	}
	throw new Failure("DOWNLOAD_FAILED", `other jobs keep replacing ${release.name} ${release.version} in the tool cache`, { hint: "Give jobs that take different builds of one version different folders in RUNNER_TOOL_CACHE." });
}
function entryOf({ name, version, platform }) {
	return {
		tool: name,
		version,
		arch: platform.slice(platform.indexOf("_") + 1)
	};
}
function cachedTool({ name, sha256 }, folder, { version, flags }) {
	return {
		name,
		version,
		path: join(folder, name),
		sha256,
		source: "cache",
		flags: new Set(flags)
	};
}
// src/tools/answer.ts
/** What an answer that brings no tarball comes to: DOWNLOAD_FAILED, as Transient where trying again may help; else undefined. */
function refusalOf(head, release, now) {
	const { status, headers } = head;
	if (status === 200 || status === 206) return /^text\/html\b/i.test(headers["content-type"] ?? "") ? notTarball(release, "an HTML page") : void 0;
	const refused = explained(status, release);
	return status === 408 || status === 416 || status === 429 || status >= 500 ? new Transient(refused, parseRetryAfter(headers["retry-after"], now)) : refused;
}
/** The answer's bytes are something else than a gzip file. */
function notTarball(release, what) {
	return new Failure("DOWNLOAD_FAILED", `${release.mirror} gave ${what} instead of the tarball of ${titleOf(release)}: a proxy or login page?`, { hint: "Look at tools-mirror and at the proxy in front of it." });
}
/** Whether a download starts as gzip does (RFC 1952). */
function startsAsGzip(chunk) {
	return chunk[0] === 31 && (chunk.length < 2 || chunk[1] === 139);
}
function explained(status, release) {
	const { mirror, name } = release;
	const title = titleOf(release);
	if (status === 404) return new Failure("DOWNLOAD_FAILED", `${mirror} has no ${title} (404)`, { hint: whatIsKnown(release) });
	if (status === 401 || status === 403) return new Failure("DOWNLOAD_FAILED", `${mirror} refuses ${title} (${status})`, { hint: `Check that ${mirror} may be read without a login, or set tools-mirror to one that may; a binary can also be given by its path as ${name}-version.` });
	return new Failure("DOWNLOAD_FAILED", `${mirror} answered ${status} for ${title}`, { hint: "Run it again later, or set tools-mirror to another mirror." });
}
function whatIsKnown({ name, version, platform }) {
	const platforms = knownPlatforms(name, version).map((each) => each.replace("_", "/"));
	if (platforms.length > 0) return `The catalogue knows ${name} ${version} for ${platforms.join(", ")}; look whether tools-mirror has it.`;
	const near = neighbours(name, version, platform);
	return near === "" ? `Check ${name}-version.` : `Check ${name}-version; the catalogue knows ${near}.`;
}
// src/tools/bytes.ts
/** The chunks of a stream of bytes, known to be bytes. */
async function* bytesOf(stream) {
	for await (const chunk of stream) {
		if (!(chunk instanceof Uint8Array)) throw new TypeError("a stream of bytes was expected");
		yield chunk;
	}
}
// src/tools/full-disk.ts
/** Does work that writes into `folder`; a full disk or quota is told as DISK_FULL. */
async function watchDisk(folder, work) {
	try {
		return await work();
	} catch (cause) {
		const code = cause instanceof Error && "code" in cause ? cause.code : void 0;
		if (code !== "ENOSPC" && code !== "EDQUOT") throw cause;
		throw new Failure("DISK_FULL", `no space left in ${folder}`, {
			hint: "Make room there, or name another folder in RUNNER_TOOL_CACHE.",
			cause
		});
	}
}
// src/tools/partial-file.ts
async function openPartialFile(path) {
	const file = await open(path, "wx");
	let hash = createHash("sha256");
	let received = 0;
	const partial = {
		validator: void 0,
		get received() {
			return received;
		},
		async append(chunk) {
			for (let written = 0; written < chunk.length;) {
				const { bytesWritten } = await file.write(chunk, written, chunk.length - written, received + written);
				written += bytesWritten;
			}
			hash.update(chunk);
			received += chunk.length;
		},
		async restart() {
			await file.truncate(0);
			hash = createHash("sha256");
			received = 0;
			partial.validator = void 0;
		},
		sha256: () => hash.digest("hex"),
		[Symbol.asyncDispose]: () => file.close()
	};
	return partial;
}
// src/tools/progress.ts
/** Milliseconds between two lines, so that a quick download has none. */
const pace = 5e3;
/** Tells how far a long download is. `total` in bytes, NaN when it is not known. */
function openProgress(title, total, { clock, log }) {
	let told = clock.now().getTime();
	return { at(received) {
		const now = clock.now().getTime();
		if (now - told < pace) return;
		told = now;
		log.info(`${title}: ${megabytes(received)}${Number.isNaN(total) ? "" : ` of ${megabytes(total)}`}`);
	} };
}
function megabytes(bytes) {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}
// src/tools/download.ts
/**
* Downloads the tarball into `folder`, in as many pieces as the line needs, and answers its path once its sha256 is right.
* Fails with DOWNLOAD_FAILED, NETWORK_FAILED, CHECKSUM_MISMATCH or DISK_FULL.
*/
async function downloadTarball(release, folder, ports) {
	const path = join(folder, `${stemOf(release)}.tar.gz`);
	await watchDisk(folder, async () => {
		await using file = await openPartialFile(path);
		await ports.patience.retry(`download of ${titleOf(release)}`, () => fetchRest(release, file, ports));
		verify$1(release, file.sha256());
	});
	return path;
}
async function fetchRest(release, file, ports) {
	const { http, clock } = ports;
	const response = await http.send({
		method: "GET",
		url: tarballUrl(release.mirror, release),
		headers: resumption(file)
	});
	try {
		const refusal = refusalOf(response, release, clock.now());
		if (response.status === 416) await file.restart();
		if (refusal !== void 0) throw refusal;
		if (!continues(response, file)) await file.restart();
		if (response.status === 206 && file.received === 0) throw wrongPart(release);
		file.validator = validatorOf(response);
		await receive(release, response, {
			file,
			ports
		});
	} finally {
		response.body.destroy();
	}
}
async function receive(release, response, { file, ports }) {
	const length = Number(response.headers["content-length"] ?? NaN);
	const total = file.received + length;
	const progress = openProgress(titleOf(release), total, ports);
	for await (const chunk of bytesOf(response.body)) {
		if (file.received === 0 && !startsAsGzip(chunk)) throw notTarball(release, looks$1(chunk));
		await file.append(chunk);
		progress.at(file.received);
	}
	const { received } = file;
	if (Number.isNaN(total) || received === total) return;
	if (received > total) await file.restart();
	throw new Transient(new Failure("DOWNLOAD_FAILED", `the tarball of ${titleOf(release)} came with ${received} of ${total} bytes`, { hint: `Look whether ${release.mirror} or a proxy in front of it cuts long answers.` }));
}
/** RFC 9110, 13.1.5: the rest is sent only if it belongs to the same bytes, else all of it. */
function resumption({ received, validator }) {
	if (received === 0 || validator === void 0) return {};
	return {
		range: `bytes=${received}-`,
		"if-range": validator
	};
}
function continues({ status, headers }, { received, validator }) {
	if (status !== 206) return false;
	const from = /^bytes (\d+)-/.exec(headers["content-range"] ?? "")?.[1];
	return Number(from) === received && received > 0 && validator !== void 0;
}
function wrongPart(release) {
	const message = `${release.mirror} sent another part of ${titleOf(release)} than was asked for`;
	return new Transient(new Failure("DOWNLOAD_FAILED", message));
}
function validatorOf({ headers }) {
	const { etag } = headers;
	return etag !== void 0 && !etag.startsWith("W/") ? etag : headers["last-modified"];
}
function looks$1(chunk) {
	return Buffer.from(chunk.subarray(0, 512)).toString("latin1").trimStart().startsWith("<") ? "an HTML page" : "something that is not gzip";
}
function verify$1(release, got) {
	if (got === release.sha256) return;
	throw new Failure("CHECKSUM_MISMATCH", `the tarball of ${titleOf(release)} from ${release.mirror} has sha256 ${got}; expected: ${release.sha256}`, { hint: `Nothing of it was kept. Do not use it, unless the mirror serves a build of your own: then give ${release.name}-sha256.` });
}
// src/tools/own-binary.ts
/**
* sha256 (hex) of a binary that the user names by its path. Fails with TOOL_MISSING when there is no such file,
* TOOL_UNSUITED when it is not executable, CHECKSUM_MISMATCH when it is not the expected one.
*/
async function hashOwnBinary(name, path, expected) {
	if (!(await stat(path).catch(() => void 0))?.isFile()) throw new Failure("TOOL_MISSING", `${name}-version names ${path}, where there is no file`, { hint: "A path is relative to the workspace. For a release give its version without a slash." });
	await access(path, constants.X_OK).catch((cause) => {
		throw new Failure("TOOL_UNSUITED", `${path} is not executable`, {
			hint: `chmod +x ${path}`,
			cause
		});
	});
	const sha256 = await sha256OfFile(path);
	if (expected !== void 0 && expected !== sha256) throw new Failure("CHECKSUM_MISMATCH", `${path} has sha256 ${sha256}; expected: ${expected}`, { hint: `Correct ${name}-sha256, which for a path is that of the binary itself, or the file.` });
	return sha256;
}
// src/tools/published.ts
const patience = 5e3;
const mostBytes = 1048576;
/**
* What the release's own file of checksums says of the tarball. It comes from where the tarball comes from, so it is no proof,
* only a hint; undefined when it cannot be had in a moment.
*/
async function publishedSha256(tarball, mirror, { http, log }) {
	const url = checksumsUrl(mirror, tarball);
	try {
		const { status, body } = await http.send({
			method: "GET",
			url,
			idleTimeout: patience
		});
		try {
			if (status !== 200) return void 0;
			const chunks = [];
			let size = 0;
			for await (const chunk of bytesOf(body)) {
				chunks.push(chunk);
				size += chunk.length;
				if (size > mostBytes) return void 0;
			}
			return parseChecksums(Buffer.concat(chunks).toString("utf8")).get(`${stemOf(tarball)}.tar.gz`);
		} finally {
			body.destroy();
		}
	} catch (error) {
		log.debug(`${url}: ${String(error)}`);
		return;
	}
}
/** Name → sha256 (hex) of a file as `sha256sum` writes it; other lines are passed over. */
function parseChecksums(text) {
	const entries = text.split(/\r?\n/).flatMap((line) => {
		const [, hex, name] = /^([0-9a-fA-F]{64}) [ *](\S+)$/.exec(line.trimEnd()) ?? [];
		return hex === void 0 || name === void 0 ? [] : [[name, hex.toLowerCase()]];
	});
	return new Map(entries);
}
// src/tools/pin.ts
/** Pins the tarball to its sha256. Fails with TOOL_UNKNOWN, naming what the release itself says, when nobody vouches for one. */
async function pinRelease(tarball, { sha256, mirror }, ports) {
	const { name, version, platform } = tarball;
	const known = knownSha256(name, version, platform);
	const pinned = sha256 ?? known;
	if (pinned === void 0) throw await unknown(tarball, mirror, ports);
	if (known !== void 0 && pinned !== known) ports.log.info(`${name} ${version}: the given ${name}-sha256 stands in for the catalogue's`);
	return {
		...tarball,
		sha256: pinned,
		mirror
	};
}
async function unknown(tarball, mirror, ports) {
	const { name, version, platform } = tarball;
	const published = await publishedSha256(tarball, mirror, ports);
	const near = neighbours(name, version, platform);
	const known = near === "" ? "" : ` Known without it: ${near}.`;
	const advice = published === void 0 ? `Give ${name}-sha256; ${checksumsName(tarball)} of ${pageUrl(tarball)} names it.` : `Give ${name}-sha256: ${published} if you trust it: that is what ${checksumsName(tarball)} of the release says.`;
	return new Failure("TOOL_UNKNOWN", `the catalogue has no sha256 of ${titleOf(tarball)}`, { hint: `${advice}${known}` });
}
// src/tools/unpack.ts
/**
* Unpacks a tarball into `folder` (made here), without the one folder that everything in it is below, where
* there is one. Fails with ARCHIVE_INVALID, and leaves nothing, when it holds anything but regular files below that folder, when the tool is not
* among them, or when it is damaged; DISK_FULL.
*/
async function unpackTarball(tarball, release, folder) {
	try {
		await watchDisk(folder, () => unpack(tarball, release, folder));
	} catch (error) {
		await rm(folder, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
async function unpack(tarball, release, folder) {
	await mkdir(folder);
	const written = /* @__PURE__ */ new Set();
	const entries = (0, import_tar_stream.extract)();
	let writing = Promise.resolve();
	entries.on("entry", (header, content, next) => {
		content.on("error", () => {});
		writing = writeEntry({
			header,
			content,
			written
		}, release, folder);
		passOn(writing, next);
	});
	try {
		await pipeline$1(createReadStream(tarball), createGunzip(), entries);
		await writing;
	} catch (cause) {
		await writing.catch((error) => {
			if (!isDamage(error)) throw error;
		});
		throw isDamage(cause) ? invalid(release, `is damaged (${cause.message})`, cause) : cause;
	}
	if (!written.has(release.name)) throw invalid(release, `holds no ${release.name}`);
	await chmod(join(folder, release.name), 493);
}
async function passOn(work, next) {
	try {
		await work;
		next();
	} catch (error) {
		next(error instanceof Error ? error : new Error(String(error)));
	}
}
async function writeEntry({ header, content, written }, release, folder) {
	const path = safePath(header, release);
	if (path === "") return;
	if (written.has(path)) throw invalid(release, `holds ${JSON.stringify(path)} twice`);
	written.add(path);
	const target = join(folder, path);
	await mkdir(dirname(target), { recursive: true });
	await writeFile(target, bytesOf(content), {
		flag: "wx",
		mode: 420
	});
}
/** Path below the tarball's one folder; empty for a folder. Anything that is not a plain file or could lead out is refused. */
function safePath({ name, type }, release) {
	const top = topOf(release);
	const folder = type === "directory";
	const full = folder && !name.endsWith("/") ? `${name}/` : name;
	if (!folder && type !== "file") throw invalid(release, `holds ${JSON.stringify(name)}, a ${type}`);
	const path = full.slice(top.length);
	const steps = path.split("/").slice(0, folder ? -1 : void 0);
	if (!full.startsWith(top) || steps.some((step) => [
		"",
		".",
		".."
	].includes(step)) || name.includes("\0")) throw invalid(release, `holds ${JSON.stringify(name)}, which is not below ${top || "its top"}`);
	return folder ? "" : path;
}
/** Errors of gzip and tar. */
function isDamage(error) {
	if (!(error instanceof Error) || error instanceof Failure) return false;
	const code = "code" in error ? String(error.code) : "";
	return code === "" || code.startsWith("Z_") || code.startsWith("ERR_");
}
function invalid(release, what, cause) {
	return new Failure("ARCHIVE_INVALID", `the tarball of ${titleOf(release)} ${what}`, {
		hint: `Nothing of it was kept. Its sha256 is the expected one, so ask whoever made it, or take another ${release.name}-version.`,
		cause
	});
}
// src/tools/acquire.ts
/**
* Makes a tool ready to run: from the cache without touching the network, else from the mirror, verified before it is
* unpacked. Fails with INPUT_INVALID, TOOL_UNKNOWN, TOOL_UNSUITED, TOOL_MISSING, DOWNLOAD_FAILED, NETWORK_FAILED,
* CHECKSUM_MISMATCH, ARCHIVE_INVALID or DISK_FULL, and then leaves nothing in the cache.
*/
async function acquireTool(wish, source, ports) {
	const { machine, mirror = "https://github.com" } = source;
	const wanted = resolveWish(wish, machine);
	if (wanted.kind === "binary") return takeBinary(wanted, machine, ports);
	const release = await pinRelease(wanted.tarball, {
		sha256: wanted.sha256,
		mirror
	}, ports);
	const cached = await findCached(release, ports);
	const tool = cached ?? await download(release, machine, ports);
	ports.log.info(`${titleOf(release)}: ${cached ? "from the tool cache" : `downloaded from ${mirror}`}`);
	return tool;
}
async function download(release, machine, ports) {
	const workshop = await ports.toolCache.fresh();
	try {
		const tarball = await downloadTarball(release, workshop, ports);
		const folder = join(workshop, "entry");
		await unpackTarball(tarball, release, folder);
		await writeRecord(folder, release, await askTool(release.name, join(folder, release.name), {
			machine,
			...ports
		}));
		return await placeInCache(release, folder, ports);
	} finally {
		await rm(workshop, {
			recursive: true,
			force: true
		});
	}
}
async function takeBinary({ name, path, sha256: expected }, machine, ports) {
	const sha256 = await hashOwnBinary(name, path, expected);
	const { version, flags } = await askTool(name, path, {
		machine,
		...ports
	});
	ports.log.info(`${name} ${version}: ${path}`);
	return {
		name,
		version,
		path,
		sha256,
		source: "path",
		flags: new Set(flags)
	};
}
// src/pipeline/take-solver.ts
/**
* apko for a run that makes packages and no image: it tells what melange's solver picks. Without it a package counts as changed whenever
* one of its repositories gains any package at all. undefined when there is no use for it, or it is not to be had at the first try.
*/
async function takeSolver(inputs, world) {
	if (!decideCache(inputs.cache, world.context).use) return void 0;
	const wish = {
		name: "apko",
		version: inputs["apko-version"] ?? "",
		sha256: inputs["apko-sha256"]
	};
	const source = {
		mirror: inputs["tools-mirror"],
		machine: world.machine
	};
	try {
		return await acquireTool(wish, source, {
			...world,
			patience: oneTry
		});
	} catch (error) {
		if (!(error instanceof Failure) || error.code === "CANCELLED") throw error;
		world.log.info(`apko, which would tell more of what packages are built with, is not here: ${error.message}`);
		return;
	}
}
// src/pipeline/take-tools.ts
/**
* Makes the tools ready, side by side and each to its end, so that nothing of one is still at work when the other has failed;
* failures are told together. Fails with TOOL_UNSUITED when one can't do what is needed.
*/
async function takeTools({ inputs, names, needs }, world) {
	const source = {
		mirror: inputs["tools-mirror"],
		machine: world.machine
	};
	const outcomes = await Promise.allSettled(names.map(async (name) => {
		return [name, await acquireTool({
			name,
			version: inputs[`${name}-version`] ?? "",
			sha256: inputs[`${name}-sha256`]
		}, source, world)];
	}));
	throwFailures(outcomes.flatMap((each) => each.status === "rejected" ? [each.reason] : []));
	const tools = Object.fromEntries(outcomes.flatMap((each) => each.status === "fulfilled" ? [each.value] : []));
	checkAbilities(tools, needs);
	return tools;
}
/** A bug of ours goes first, then the cancellation, which is no failure of a tool; else all. */
function throwFailures(errors) {
	const failures = errors.filter((error) => error instanceof Failure);
	const bug = errors.find((error) => !(error instanceof Failure));
	if (bug !== void 0) throw bug;
	const cancelled = failures.find(({ code }) => code === "CANCELLED");
	throwIfAny(cancelled === void 0 ? failures : [cancelled]);
}
// src/melange/store-manifest.ts
const manifestFile = "manifest.json";
function writtenManifest(key, packages) {
	return `${JSON.stringify({
		format: 1,
		key,
		packages
	}, void 0, 2)}\n`;
}
/**
* What an entry of the store says it holds, when its files are just those. Throws, with words for the user, for an entry that is
* incomplete, of another key, or not of ours.
*/
async function readManifest(entry, key) {
	const manifest = parsed(await readText(join(entry, manifestFile)));
	if (!isRecord$2(manifest) || manifest["format"] !== 1) throw new Error("its manifest cannot be read");
	if (manifest["key"] !== key) throw new Error("its manifest is of another key");
	const packages = entriesOf(manifest["packages"]).map(readStored);
	const files = packages.map(({ file }) => file);
	const there = (await readdir(entry)).filter((name) => name !== manifestFile);
	if (files.length === 0) throw new Error("it holds no package");
	if (there.toSorted().join("\n") !== files.toSorted().join("\n")) throw new Error(`it holds ${there.toSorted().join(", ") || "nothing"}, not ${files.join(", ")}`);
	for (const name of [manifestFile, ...files]) if (!(await lstat(join(entry, name))).isFile()) throw new Error(`${name} is no file`);
	return packages;
}
/** Not of a pipe, which would never come to an end. */
async function readText(file) {
	if (!(await lstat(file).catch(unread)).isFile()) throw new Error(`${manifestFile} is no file`);
	return readFile(file, "utf8").catch(unread);
}
function unread(error) {
	const words = reasons$2[error.code ?? ""] ?? error.message;
	throw Object.assign(new Error(`${manifestFile} ${words}`, { cause: error }), { code: error.code });
}
const reasons$2 = {
	ENOENT: "is not there",
	ENOTDIR: "is not there, for the entry is no folder",
	EACCES: "cannot be read for want of permission"
};
function readStored(value) {
	const text = (name) => isRecord$2(value) ? textOr(value[name], "") : "";
	const [file, sha256, size] = [
		text("file"),
		text("sha256"),
		Number(text("size"))
	];
	if (!/^[\w.+-]+\.apk$/.test(file) || !/^[\da-f]{64}$/.test(sha256) || !Number.isSafeInteger(size)) throw new Error("its manifest cannot be read");
	return {
		file,
		name: text("name"),
		version: text("version"),
		arch: text("arch"),
		sha256,
		size
	};
}
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
// src/melange/store-sweep.ts
const day$1 = 864e5;
/**
* Removes entries until what is left is at most `most` bytes: those first whose manifest was touched longest ago, which each use
* does. What runs that died left in the making goes after a day.
*/
async function sweepStore(folder, most, now) {
	const fresh = join(folder, ".fresh");
	for (const name of await readdir(fresh).catch(() => [])) {
		const found = await stat(join(fresh, name)).catch(() => void 0);
		if (found !== void 0 && now.getTime() - found.mtimeMs > day$1) await rm(join(fresh, name), {
			recursive: true,
			force: true
		});
	}
	const entries = await Promise.all((await readdir(folder)).filter((name) => name !== ".fresh").map((name) => weigh(folder, name)));
	let size = entries.reduce((sum, entry) => sum + entry.size, 0);
	for (const entry of entries.toSorted((a, b) => a.used - b.used)) {
		if (size <= most) return;
		const aside = await mkdtemp(join(fresh, "old-"));
		await rename(join(folder, entry.name), join(aside, entry.name)).catch(() => {});
		await rm(aside, {
			recursive: true,
			force: true
		});
		size -= entry.size;
	}
}
async function weigh(folder, name) {
	const entry = join(folder, name);
	const used = await stat(join(entry, manifestFile)).catch(() => void 0);
	const files = await readdir(entry).catch(() => []);
	return {
		name,
		size: (await Promise.all(files.map((file) => lstat(join(entry, file)).catch(() => void 0)))).reduce((sum, found) => sum + (found?.size ?? 0), 0),
		used: used?.mtimeMs ?? 0
	};
}
// src/melange/package-store.ts
/** A store in a folder: `<key>/manifest.json` beside the apks. Entries come in one rename and never change. Several runs may use it. */
function openFolderStore({ folder, most }, { log, clock }) {
	const fresh = join(folder, ".fresh");
	let told = false;
	const isOurs = async () => {
		const found = await lstat(folder).catch(() => void 0);
		if (found === void 0) return true;
		const safe = found.isDirectory() && (found.mode & 2) === 0;
		if (!safe && !told) log.warning(`the package store ${folder} is left alone: everybody may write to it`);
		told ||= !safe;
		return safe;
	};
	const discard = async (key) => {
		await mkdir(fresh, {
			recursive: true,
			mode: 448
		});
		const aside = await mkdtemp(join(fresh, "old-"));
		await rename(join(folder, key), join(aside, key)).catch(() => {});
		await rm(aside, {
			recursive: true,
			force: true
		});
	};
	const take = async (key, target) => {
		const entry = join(folder, key);
		if (await lstat(entry).catch(() => void 0) === void 0) return void 0;
		const taken = [];
		try {
			const packages = await readManifest(entry, key);
			for (const each of packages) {
				const copy = join(target, each.file);
				taken.push(copy);
				await copyFile(join(entry, each.file), copy, constants$2.COPYFILE_FICLONE);
				await chmod(copy, 420);
				await checkCopy(copy, each);
			}
			const now = clock.now();
			await utimes(join(entry, manifestFile), now, now).catch(() => {});
			return taken;
		} catch (error) {
			for (const copy of taken) await rm(copy, { force: true });
			if (isGone(error) && await lstat(entry).catch(() => void 0) === void 0) return void 0;
			throw error;
		}
	};
	const store = async (key, apks) => {
		await mkdir(fresh, {
			recursive: true,
			mode: 448
		});
		const made = await mkdtemp(join(fresh, "new-"));
		try {
			const packages = [];
			for (const apk of apks) {
				const copy = join(made, basename(apk));
				await copyFile(apk, copy, constants$2.COPYFILE_FICLONE);
				const { name, version, arch, sha256, size } = await readPackage(copy);
				packages.push({
					file: basename(apk),
					name,
					version,
					arch,
					sha256,
					size
				});
			}
			await writeFile(join(made, manifestFile), writtenManifest(key, packages));
			await rename(made, join(folder, key)).catch((error) => {
				if (!["ENOTEMPTY", "EEXIST"].includes(error.code ?? "")) throw error;
			});
		} finally {
			await rm(made, {
				recursive: true,
				force: true
			});
		}
	};
	return {
		async isEmpty() {
			return (await readdir(folder).catch(() => [])).every((name) => name === basename(fresh));
		},
		async find(key, target) {
			if (!await isOurs()) return void 0;
			try {
				return await take(key, target);
			} catch (error) {
				log.warning(`a stored package is damaged and built anew: ${reason(error)} (${key.slice(0, 12)})`);
				await discard(key).catch(() => {});
				return;
			}
		},
		async keep(key, apks) {
			if (!await isOurs()) return;
			try {
				await store(key, apks);
				await sweepStore(folder, most, clock.now());
			} catch (error) {
				log.warning(`cannot keep built packages in ${folder}: ${reason(error)}`);
			}
		}
	};
}
async function checkCopy(copy, kept) {
	const { size } = await lstat(copy);
	if (size !== kept.size) throw new Error(`${kept.file} has ${size} bytes, ${kept.size} were kept`);
	if (await sha256OfFile(copy) !== kept.sha256) throw new Error(`${kept.file} is not what was kept`);
	const { name, version, arch } = await readPackage(copy);
	if (name !== kept.name || version !== kept.version || arch !== kept.arch) throw new Error(`${kept.file} is ${name} ${version} ${arch}`);
}
function isGone(error) {
	return error.code === "ENOENT";
}
function reason(error) {
	return error instanceof Error ? error.message : String(error);
}
// src/pipeline/cache-shelf-problem.ts
/**
* Why a folder of the cache, made when it is not there, is not to be used: it cannot be read and written, or somebody else may
* put into it what a build then takes. Undefined when it can be used. Never fails.
*/
async function cacheShelfProblem(folder) {
	try {
		await mkdir(folder, {
			recursive: true,
			mode: 448
		});
		const { mode, uid } = await stat(folder);
		if ((mode & 2) !== 0) return "everybody may write to it";
		if (uid !== 0 && uid !== userInfo().uid) return "it belongs to another user";
		await access(folder, constants$2.R_OK | constants$2.W_OK | constants$2.X_OK);
		return;
	} catch (error) {
		return reasonOf(error);
	}
}
const reasons$1 = {
	EEXIST: "it is no folder",
	ENOTDIR: "a part of its path is no folder",
	EACCES: "there is no permission to use it",
	EPERM: "there is no permission to use it",
	EROFS: "it is on a disk that is read-only"
};
function reasonOf(error) {
	const { code = "", message = String(error) } = error;
	return reasons$1[code] ?? message;
}
// src/pipeline/run-caches.ts
const gigabyte = 1024 ** 3;
/** Bytes of stored packages and of downloads; the runner's cache has 10 GB for a whole repository. */
const most$1 = {
	packages: 2 * gigabyte,
	downloads: gigabyte
};
/**
* Opens the caches of a run: folders, which the runner's cache fills in a workflow. A folder that can't be used, or that others may
* write to, is left alone with a warning.
*/
async function openRunCaches(wish, world) {
	const { policy, scope } = wish;
	const { log, machine, context, cacheFolder } = world;
	if (policy.notice !== void 0) log.notice(policy.notice);
	const own = join(machine.temp, "downloads");
	if (!policy.use || !await isUsable(cacheFolder, log)) return {
		store: void 0,
		downloads: own,
		save: async () => {}
	};
	const packages = wish.packages ? await openShelf({
		kind: "packages",
		scope
	}, world) : void 0;
	const downloads = await openShelf({
		kind: "downloads",
		scope
	}, world);
	return {
		store: packages && openFolderStore({
			folder: packages.folder,
			most: most$1.packages
		}, world),
		downloads: downloads?.folder ?? own,
		async save() {
			if (!context.workflow) return;
			try {
				if (downloads) await forgetOwn(downloads.folder, most$1.downloads);
				await packages?.save();
				await downloads?.save();
			} catch (error) {
				log.warning(`the cache is not kept: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
	};
}
async function isUsable(folder, log) {
	const problem = await cacheShelfProblem(folder);
	if (problem !== void 0) log.warning(`the cache folder ${folder} is left alone: ${problem}`);
	return problem === void 0;
}
/**
* A folder below the cache's, filled from the job cache where it is empty; undefined where it can't be used. Its key tells what is
* in it: the same is not kept twice.
*/
async function openShelf({ kind, scope }, { machine: { os, architecture }, context, cacheFolder, jobCache, log }) {
	const folder = join(cacheFolder, kind);
	const prefix = `giropops-${kind}-1-${os}-${architecture.apk}-`;
	const own = `${prefix}${scope.replaceAll(/[^\w.-]/g, "_")}-`;
	if (!await isUsable(folder, log)) return void 0;
	if (context.workflow && (await namesBelow(folder)).length === 0) await jobCache.restore(`${own}newest`, [own, prefix], folder);
	const before = await digestOf(folder);
	return {
		folder,
		async save() {
			const now = await digestOf(folder);
			if (now !== before && now !== nothing$2) await jobCache.save(`${own}${now}`, folder);
		}
	};
}
const nothing$2 = "nothing";
async function digestOf(folder) {
	const names = await namesBelow(folder);
	if (names.length === 0) return nothing$2;
	return createHash("sha256").update(names.toSorted().join("\n")).digest("hex").slice(0, 32);
}
/** Files below a folder; what is in the making or under way not. */
async function namesBelow(folder) {
	return (await readdir(folder, {
		withFileTypes: true,
		recursive: true
	}).catch(() => [])).filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).filter((name) => !name.startsWith(".fresh/"));
}
/**
* Takes out of the tools' downloads what came from folders of this machine (`file%3A…`), which no other run finds there again;
* all of it when there is too much: what is needed comes back.
*/
async function forgetOwn(folder, atMost) {
	const repositories = await readdir(folder).catch(() => []);
	for (const name of repositories) if (name.startsWith("file%3A")) await removeTree(join(folder, name));
	let size = 0;
	for (const name of await namesBelow(folder)) size += await lstat(join(folder, name)).then((found) => found.size, () => 0);
	if (size <= atMost) return;
	for (const name of await readdir(folder)) await removeTree(join(folder, name));
}
// src/pipeline/with-caches.ts
/** Opens the caches for `work` and hands them on in the end, also when it failed; not after a cancel, which leaves no time. */
async function withCaches({ cache, plan: { packages } }, world, work) {
	const caches = await openRunCaches({
		policy: decideCache(cache, world.context),
		scope: scopeOf(packages),
		packages: packages.files.length > 0
	}, world);
	try {
		const done = await work(caches);
		await caches.save();
		return done;
	} catch (error) {
		if (!(error instanceof Failure && error.code === "CANCELLED")) await caches.save();
		throw error;
	}
}
/** Architectures, and which files: legs of a matrix each have packages of their own. */
function scopeOf({ files, architectures }) {
	const names = files.map(({ file }) => file).toSorted();
	const part = createHash("sha256").update(JSON.stringify(names)).digest("hex").slice(0, 8);
	return [...architectures.map(({ apk }) => apk).toSorted(), ...names.length > 0 ? [part] : []].join("-");
}
// src/pipeline/build.ts
/** The whole pipeline: packages, images from them, pushed by digest, tags last. */
async function build(inputs, world) {
	const recorder = openRecorder(world);
	const prepared = await prepare(inputs, world);
	const { plan, output } = prepared;
	const wanted = {
		inputs,
		names: toolsOf(prepared),
		needs: needsOf(plan, inputs)
	};
	const { tools, solver } = await recorder.stage("tools", async () => {
		const taken = await takeTools(wanted, world);
		return {
			tools: taken,
			solver: taken.apko ?? (taken.melange && await takeSolver(inputs, world))
		};
	});
	const { apko, melange } = tools;
	const scan = startScanner({
		plan: prepared.scan,
		deadline: inputs.deadline
	}, tools, world);
	const facts = {
		parameters: givenParameters("build", inputs),
		files: prepared.files,
		tools: Object.values(tools)
	};
	const provenance = {
		...facts,
		startedAt: recorder.startedAt.toISOString()
	};
	const { made, done } = await withCaches({
		cache: inputs.cache,
		plan
	}, world, async (caches) => {
		const wish = {
			...prepared,
			inputs,
			plan: plan.packages,
			solver,
			caches
		};
		const making = melange && recorder.wideStage("packages", () => makePackages({
			...wish,
			melange
		}, world));
		const [packages] = await beside(Promise.resolve(making), Promise.resolve(scan?.scanner));
		if (packages && melange && apko) await signForOldApko(packages, {
			apko,
			melange
		}, world);
		const { downloads } = caches;
		return {
			made: packages,
			done: (apko && await imageStages({
				...prepared,
				inputs,
				apko,
				provenance,
				scan,
				downloads,
				repository: packages?.repository
			}, {
				world,
				recorder
			})) ?? nothing$1
		};
	});
	const packages = made === void 0 ? {} : {
		packages: {
			...made.record,
			bundles: done.packageBundles
		},
		graph: made.graph
	};
	const results = {
		...facts,
		images: done.images,
		...packages
	};
	const released = await releaseBuild({
		plan: prepared.release,
		results,
		output,
		failed: done.failures
	}, {
		world,
		recorder
	});
	return concludeRun(recorder.record({
		...results,
		...released.record && { release: released.record }
	}), {
		output,
		table: {
			...outputs,
			...releaseOutputs
		},
		failures: [...done.failures, ...released.failures]
	});
}
const nothing$1 = {
	images: [],
	packageBundles: [],
	failures: []
};
function toolsOf({ plan: { packages, images }, scan }) {
	const [melange, apko] = [packages.files.length > 0, images.length > 0];
	return [
		...melange ? ["melange"] : [],
		...apko ? ["apko"] : [],
		...scan === void 0 ? [] : [scan.scanner]
	];
}
// src/melange/find-repositories.ts
/**
* The repositories that folders are, or have right below them, as actions/download-artifact lays out several artifacts. Fails with
* PACKAGES_INVALID for what cannot be read; what vanishes meanwhile is passed over.
*/
async function findRepositories(folders, workspace) {
	const legs = /* @__PURE__ */ new Map();
	const empty = [];
	for (const named of folders) {
		const found = await repositoriesAt({
			title: named,
			folder: resolve(workspace, named)
		});
		if (found.length === 0) empty.push(named);
		for (const leg of found) {
			const real = await realpath(leg.folder).catch((error) => passOver(error, leg.folder));
			if (real === void 0) continue;
			if (!legs.has(real)) legs.set(real, leg);
		}
	}
	return {
		legs: [...legs.values()],
		empty
	};
}
/** Whether a repository lies where a `package` step left it: beside the record that names it. */
async function isLeftInPlace({ folder }) {
	const file = join(dirname(folder), "giropops.json");
	if (await otherThanFile(file) !== void 0) return false;
	const record = await readFile(file, "utf8").then((text) => JSON.parse(text)).catch(() => void 0);
	const packages = isRecord$2(record) ? record["packages"] : void 0;
	return isRecord$2(packages) && packages["folder"] === basename(folder);
}
async function repositoriesAt(place) {
	if (await isRepository(place.folder)) return [place];
	const below = await foldersIn(place.folder);
	const found = [];
	for (const name of below.toSorted()) {
		const leg = {
			title: join(place.title, name),
			folder: join(place.folder, name)
		};
		if (await isRepository(leg.folder)) found.push(leg);
	}
	return found;
}
/** Whether a folder has a public key, or packages or an index right below one of its folders; one that lacks the others is damaged. */
async function isRepository(folder) {
	if ((await namesIn(folder)).some((name) => name.endsWith(".rsa.pub"))) return true;
	for (const name of await foldersIn(folder)) if ((await namesIn(join(folder, name))).some((each) => each.endsWith(".apk") || each === "APKINDEX.tar.gz")) return true;
	return false;
}
async function foldersIn(folder) {
	const names = await namesIn(folder);
	return (await Promise.all(names.map(async (name) => {
		const path = join(folder, name);
		return (await stat(path).catch((error) => passOver(error, path)))?.isDirectory() ? [name] : [];
	}))).flat();
}
async function namesIn(folder) {
	return await readdir(folder).catch((error) => passOver(error, folder)) ?? [];
}
/** What is gone by the time it is looked at, or leads nowhere. */
const gone = /* @__PURE__ */ new Set([
	"ENOENT",
	"ENOTDIR",
	"ESRCH",
	"ELOOP"
]);
function passOver(error, path) {
	if (error instanceof Error && "code" in error && gone.has(String(error.code))) return void 0;
	throw unreadable(error, path);
}
// src/melange/merge-repositories.ts
/**
* Makes one repository of verified packages: copies, each signed anew and indexed with the key of this job, which is the only one left. Fails
* with PACKAGES_INVALID, DISK_FULL or PACKAGE_FAILED; the target is as before then.
*/
async function mergeRepositories({ apks, melange, key, repository }, ports) {
	const scratch = await mkdtemp(`${repository}-`);
	try {
		const [folder, temp] = [join(scratch, "packages"), join(scratch, "temp")];
		for (const path of [folder, temp]) await mkdir(path, { mode: 493 });
		await copyFile(key.publicKey, join(folder, basename(key.publicKey)));
		await chmod(join(folder, basename(key.publicKey)), 420);
		const packages = [];
		for (const [lane, ofLane] of Map.groupBy(apks, (each) => each.lane)) {
			await mkdir(join(folder, lane));
			const copies = ofLane.map(({ path }) => ({
				path,
				copy: join(folder, lane, basename(path))
			}));
			for (const { path, copy } of copies) await copyFile(path, copy, constants$2.COPYFILE_FICLONE);
			for (const { copy } of copies) await chmod(copy, 420);
			await signApks({
				melange,
				key,
				apks: copies.map(({ copy }) => copy),
				temp
			}, ports);
			await adoptPackages({
				melange,
				key,
				folder: join(folder, lane),
				fresh: [],
				scratch: temp
			}, ports);
			for (const apk of await apksIn(join(folder, lane))) packages.push({
				...await readPackage(apk),
				file: join(lane, basename(apk))
			});
		}
		await rm(repository, {
			recursive: true,
			force: true
		});
		await rename(folder, repository);
		return {
			folder: repository,
			publicKey: join(repository, basename(key.publicKey)),
			packages
		};
	} catch (error) {
		throw fileFailure(error, "merging the package repositories");
	} finally {
		await rm(scratch, {
			recursive: true,
			force: true
		});
	}
}
// src/melange/leg-problem.ts
/** What is wrong with a file of a repository, without its name: `is not signed`. Whoever knows the file makes a failure of it. */
var LegProblem = class extends Error {
	name = "LegProblem";
};
// src/melange/identify-apk.ts
/** Control parts and signatures are small; one that unpacks to more is none. */
const mostControl = 67108864;
const looks = {
	first: 262144,
	last: 2 * mostControl
};
/**
* Reads an apk to its end and proves that its data is what its control part says. Throws LegProblem when it is not, or no apk.
*/
async function identifyApk(file) {
	const { control, dataStart } = await splitApk(file);
	const info = await findEntryIn(Readable.from([control]), (name) => name === ".PKGINFO").catch(() => void 0);
	const value = (key) => new RegExp(`^${key} = (.*)$`, "m").exec(info?.text ?? "")?.[1] ?? "";
	const hash = createHash("sha256");
	await pipeline$1(createReadStream(file, { start: dataStart }), hash);
	if (hash.digest("hex") !== value("datahash")) throw new LegProblem("was altered: its data is not what its control part says");
	return {
		name: value("pkgname"),
		version: value("pkgver"),
		arch: value("arch"),
		checksum: `Q1${createHash("sha1").update(control).digest("base64")}`
	};
}
async function splitApk(path) {
	const file = await open(path);
	try {
		const { size } = await file.stat();
		for (let look = looks.first;; look *= 4) {
			const parts = partsOf$1(await readStart(file, Math.min(look, size)));
			if (parts !== void 0) return parts;
			if (look >= Math.min(size, looks.last)) throw new LegProblem("is no apk");
		}
	} finally {
		await file.close();
	}
}
async function readStart(file, length) {
	const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
	return buffer.subarray(0, bytesRead);
}
/** The parts, when the beginning of the file is long enough to tell; a signature before them is left out. */
function partsOf$1(start) {
	try {
		const first = firstMember(start, mostControl);
		if (!(first.content.toString("latin1", 0, 6) === ".SIGN.")) return {
			control: start.subarray(0, first.length),
			dataStart: first.length
		};
		const second = firstMember(start.subarray(first.length), mostControl);
		const dataStart = first.length + second.length;
		return {
			control: start.subarray(first.length, dataStart),
			dataStart
		};
	} catch {
		return;
	}
}
// src/melange/read-signed-index.ts
const signature = /^\.SIGN\.RSA256\.(?<key>[A-Za-z0-9_.@-]+\.rsa\.pub)$/;
const leastBits = 2048;
/** No signature and no index holds more. */
const most = {
	signature: 65536,
	index: 268435456
};
/**
* Reads an index that is signed with a public key in `keys`, RSA with SHA-256 over all that follows the signature. Nothing outside of the signed
* part is looked at. Throws LegProblem for anything else.
*/
async function readSignedIndex(file, keys) {
	if (!(await lstat(file)).isFile()) throw new LegProblem("is no plain file");
	const bytes = await readFile(file);
	const { length, content } = partOf(() => firstMember(bytes, most.signature));
	const { name, data } = await onlyEntry(content);
	const keyName = signature.exec(name)?.groups?.["key"];
	if (keyName === void 0) throw new LegProblem(unsigned(name));
	const key = await readKey(join(keys, keyName), keyName);
	const signed = bytes.subarray(length);
	if (!verify("RSA-SHA256", signed, key, data)) throw new LegProblem(`is not signed with the key ${keyName} that lies beside it`);
	return parseIndex(await indexText(signed));
}
function unsigned(name) {
	if (name.startsWith(".SIGN.RSA.")) return "is signed in the older form (SHA-1), which proves nothing";
	return name.startsWith(".SIGN.") ? `has a signature of an unknown kind (${name})` : "is not signed";
}
async function readKey(file, name) {
	const status = await lstat(file).catch(() => void 0);
	if (status?.isFile() === false) throw new LegProblem(`cannot be verified: ${name} is no plain file`);
	const text = status && await readFile(file, "utf8").catch(() => void 0);
	if (text === void 0) throw new LegProblem(`is signed with the key ${name}, which does not lie beside it`);
	const key = partOf(() => createPublicKey(text), `cannot be verified: ${name} is no public key`);
	const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
	if (key.asymmetricKeyType === "rsa" && bits >= leastBits) return key;
	throw new LegProblem(`cannot be verified: ${name} is no RSA key of ${leastBits} bits or more`);
}
/** The entry of the signature's archive: more than one would be read as part of the index, though nobody signed it. */
async function onlyEntry(tar) {
	const found = [];
	const entries = (0, import_tar_stream.extract)();
	Readable.from([tar]).pipe(entries);
	try {
		for await (const entry of entries) found.push({
			name: entry.header.name,
			data: await buffer(entry)
		});
	} catch {
		throw new LegProblem("is no index of apk");
	}
	const [first, ...others] = found;
	if (first === void 0) throw new LegProblem("is no index of apk");
	if (first.name.startsWith(".SIGN.") && others.length > 0) throw new LegProblem(`has more than a signature where its signature is: ${others[0]?.name}`);
	return first;
}
async function indexText(signed) {
	const found = await findEntryIn(Readable.from([signed]), (name) => name === "APKINDEX").catch(() => void 0);
	if (found === void 0 || found.text.length > most.index) throw new LegProblem("holds no APKINDEX");
	return found.text;
}
function parseIndex(text) {
	return text.split("\n\n").filter((stanza) => stanza.trim() !== "").map((stanza) => {
		const field = (letter) => new RegExp(`^${letter}:(.*)$`, "m").exec(stanza)?.[1]?.trim() ?? "";
		const apk = {
			name: field("P"),
			version: field("V"),
			arch: field("A"),
			checksum: field("C"),
			size: Number(field("S"))
		};
		if (!(/^[A-Za-z0-9][\w+.-]*$/.test(apk.name) && /^[A-Za-z0-9][\w+.~-]*$/.test(apk.version)) || !apk.checksum.startsWith("Q1")) throw new LegProblem(`has an entry that is none: ${JSON.stringify(stanza.slice(0, 80))}`);
		return apk;
	});
}
function partOf(read, otherwise = "is no index of apk") {
	try {
		return read();
	} catch {
		throw new LegProblem(otherwise);
	}
}
// src/melange/verify-repository.ts
const indexName = "APKINDEX.tar.gz";
const hint = "Hand over the whole folder of the output \"packages\" of a package step, as it is, its public key inside.";
/**
* The apks of a leg, each proven to be what an index says that the leg's own key has signed; nothing lies there that no index names. Fails
* with PACKAGES_INVALID for everything that is wrong.
*/
async function verifyRepository(leg) {
	const found = [];
	const verified = [];
	const paths = (await readdir(leg.folder, {
		recursive: true,
		withFileTypes: true
	}).catch((error) => {
		throw unreadable(error, leg.folder);
	})).filter((each) => !each.isDirectory()).map((each) => join(each.parentPath, each.name)).toSorted();
	const indexes = paths.filter((path) => basename(path) === indexName);
	const apks = new Set(paths.filter((path) => path.endsWith(".apk")));
	for (const index of indexes) {
		const folder = dirname(index);
		const indexed = await attempt(found, {
			leg,
			path: index
		}, () => readIndex(leg, index));
		for (const apk of indexed ?? []) {
			const path = join(folder, `${apk.name}-${apk.version}.apk`);
			apks.delete(path);
			const proven = await attempt(found, {
				leg,
				path
			}, () => proveApk(path, apk));
			if (proven !== void 0) verified.push({
				...proven,
				leg,
				lane: basename(folder),
				path
			});
		}
		if (indexed === void 0) {
			for (const path of apks) if (dirname(path) === folder) apks.delete(path);
		}
	}
	for (const path of apks) found.push(failure({
		leg,
		path
	}, "is named by no index"));
	if (indexes.length === 0) found.push(failure({
		leg,
		path: join(leg.folder, "*", indexName)
	}, "is not there"));
	throwIfAny(found);
	return verified;
}
async function readIndex({ folder }, index) {
	const lane = relative(folder, dirname(index));
	if (!architectures.some(({ apk }) => apk === lane)) throw new LegProblem("lies in no folder of an architecture");
	const apks = await readSignedIndex(index, folder);
	const other = apks.find(({ arch }) => arch !== lane && arch !== "noarch");
	if (other !== void 0) throw new LegProblem(`names ${other.name}, which is for ${other.arch}`);
	const known = /* @__PURE__ */ new Set();
	for (const { name, version } of apks) {
		const title = `${name}-${version}`;
		if (known.has(title)) throw new LegProblem(`names ${title} twice`);
		known.add(title);
	}
	return apks;
}
async function proveApk(path, indexed) {
	const status = await lstat(path).catch(() => void 0);
	if (status === void 0) throw new LegProblem("is named by the index, but is not there");
	if (!status.isFile()) throw new LegProblem("is no plain file");
	if (status.size !== indexed.size) throw new LegProblem(`was altered: it has ${status.size} bytes, the index says ${indexed.size}`);
	const { name, version, arch, checksum } = await identifyApk(path);
	if (checksum !== indexed.checksum) throw new LegProblem("was altered: its control part is not the one that the index names");
	if (name !== indexed.name || version !== indexed.version || arch !== indexed.arch) throw new LegProblem(`says that it is ${name} ${version} for ${arch}`);
	return indexed;
}
async function attempt(found, place, body) {
	try {
		return await body();
	} catch (error) {
		const told = error instanceof LegProblem ? failure(place, error.message) : unreadable(error, place.path);
		if (!(told instanceof Failure)) throw told;
		found.push(told);
		return;
	}
}
function failure({ leg: { title, folder }, path }, what) {
	const file = join(title, relative(folder, path));
	return new Failure("PACKAGES_INVALID", `input "packages": ${file} ${what}`, { hint });
}
// src/melange/verify-legs.ts
/** Files that are read side by side. */
const readers = 4;
/**
* The packages of all legs, each proven against the signed index of its leg; what several legs have is there once. Fails with
* PACKAGES_INVALID for everything that is wrong, with a package that two legs have with other bytes, and with a platform that none has.
*/
async function verifyLegs(legs, platforms) {
	const found = [];
	const all = (await sideBySide(legs, readers, (leg) => collect$1(found, () => verifyRepository(leg)))).flatMap((result) => {
		if (result.status === "rejected") throw result.reason;
		return result.value ?? [];
	});
	throwIfAny(found);
	const known = /* @__PURE__ */ new Map();
	for (const apk of all) {
		const file = join(apk.lane, basename(apk.path));
		const other = known.get(file);
		if (other === void 0) known.set(file, apk);
		else if (other.checksum !== apk.checksum) found.push(clash(file, other.leg, apk.leg));
	}
	for (const { apk, platform } of platforms) if (!all.some(({ lane }) => lane === apk)) found.push(lacking(platform, legs));
	throwIfAny(found);
	return [...known.values()];
}
function clash(file, first, second) {
	return new Failure("PACKAGES_INVALID", `input "packages": ${first.title} and ${second.title} both have ${file}, with different content`, { hint: "Build each package in one leg for each architecture, as the plan action deals them out." });
}
function lacking(platform, legs) {
	return new Failure("PACKAGES_INVALID", `input "packages": none of ${legs.map(({ title }) => title).join(", ")} has packages for ${platform}, which an image is built for`, { hint: "Hand over the packages of every leg, or leave the platform out of \"platforms\"." });
}
// src/pipeline/repository-folder.ts
/** The repository that an earlier step built: a folder with its public key inside. Fails with CONFIG_MISSING when it is not one. */
async function openRepositoryFolder(path, workspace) {
	if (path === void 0) return void 0;
	const folder = resolve(workspace, path);
	const keys = await Array.fromAsync(glob("*.rsa.pub", { cwd: folder }));
	const indexes = await Array.fromAsync(glob("*/APKINDEX.tar.gz", { cwd: folder }));
	const [key] = keys.sort();
	if (key !== void 0 && indexes.length > 0) return {
		folder,
		publicKey: join(folder, key),
		packages: []
	};
	const lacking = indexes.length === 0 ? "an <architecture>/APKINDEX.tar.gz" : "a public key (*.rsa.pub)";
	throw new Failure("CONFIG_MISSING", `input "packages": the folder ${JSON.stringify(path)} has not got ${lacking}`, { hint: "Give the output \"packages\" of a package step, or the folder that was uploaded from it." });
}
// src/pipeline/merge-packages.ts
/**
* Looks at the folders that the input `packages` names. One that a package step of this job left in its place is taken as it is; whatever came
* another way is verified, to be merged and signed anew, as is everything when a key is given. Fails with CONFIG_MISSING or PACKAGES_INVALID.
*/
async function openPackages(folders, { key, platforms }, { machine: { workspace }, log }) {
	const { legs, empty } = await findRepositories(folders, workspace);
	for (const folder of empty) await openRepositoryFolder(folder, workspace);
	const [first, ...others] = legs;
	if (first === void 0) return { repository: void 0 };
	if (others.length === 0 && key === void 0 && await isLeftInPlace(first)) return { repository: await openRepositoryFolder(first.title, workspace) };
	const apks = await verifyLegs(legs, platforms);
	for (const leg of legs) {
		const count = apks.filter((apk) => apk.leg === leg).length;
		log.info(`${leg.title}: index and packages verified (${count})`);
	}
	return {
		legs: legs.map(({ title }) => title),
		apks
	};
}
/** Merges verified packages into `<output>/packages`, signed with the key of this job. */
async function mergePackages({ legs, apks, melange, key: pem, output }, world) {
	const key = await openSigningKey({
		name: "melange.rsa",
		folder: join(world.machine.temp, "key"),
		...pem === void 0 ? {} : { pem }
	}, melange, world);
	const repository = await mergeRepositories({
		apks,
		melange,
		key,
		repository: join(output, "packages")
	}, world);
	return {
		repository,
		key,
		record: {
			folder: relative(output, repository.folder),
			publicKey: relative(output, repository.publicKey),
			throwAwayKey: key.throwAway,
			legs,
			built: repository.packages
		}
	};
}
// src/pipeline/image.ts
/** Images only: apko files to images, from packages of steps and jobs before or of the repositories that the files name. */
async function image(inputs, world) {
	const recorder = openRecorder(world);
	const prepared = await prepare(inputs, world);
	const { plan, output, key } = prepared;
	const platforms = [...new Set(plan.images.flatMap(({ architectures }) => architectures))];
	const given = await openPackages(inputs.packages, {
		key,
		platforms
	}, world);
	const wanted = {
		inputs,
		names: [
			"apko",
			..."apks" in given ? ["melange"] : [],
			...prepared.scan === void 0 ? [] : [prepared.scan.scanner]
		],
		needs: needsOf(plan, inputs)
	};
	const tools = await recorder.stage("tools", () => takeTools(wanted, world));
	const { apko, melange } = tools;
	if (apko === void 0) throw new Failure("TOOL_MISSING", "there is no apko");
	const scan = startScanner({
		plan: prepared.scan,
		deadline: inputs.deadline
	}, tools, world);
	const merged = "apks" in given && melange !== void 0 ? await recorder.stage("packages", () => mergePackages({
		...given,
		key,
		melange,
		output
	}, world)) : void 0;
	if (merged && melange) await signForOldApko(merged, {
		apko,
		melange
	}, world);
	const facts = {
		parameters: givenParameters("image", inputs),
		files: prepared.files,
		tools: Object.values(tools)
	};
	const provenance = {
		...facts,
		startedAt: recorder.startedAt.toISOString()
	};
	const repository = merged?.repository ?? ("repository" in given ? given.repository : void 0);
	const wish = {
		...prepared,
		inputs,
		apko,
		repository,
		provenance,
		scan
	};
	const { images, failures, packageBundles } = await withCaches({
		cache: inputs.cache,
		plan
	}, world, ({ downloads }) => imageStages({
		...wish,
		downloads
	}, {
		world,
		recorder
	}));
	const packages = merged === void 0 ? {} : { packages: {
		...merged.record,
		bundles: packageBundles
	} };
	return concludeRun(recorder.record({
		...facts,
		images,
		...packages
	}), {
		output,
		table: outputs,
		failures
	});
}
// src/pipeline/package.ts
/** Packages only: melange files to a signed apk repository. */
async function packages(inputs, world) {
	const recorder = openRecorder(world);
	const prepared = await prepare(inputs, world);
	const { plan, output } = prepared;
	const { melange, solver } = await recorder.stage("tools", async () => ({
		...await takeTools({
			inputs,
			names: ["melange"],
			needs: []
		}, world),
		solver: await takeSolver(inputs, world)
	}));
	if (melange === void 0) throw new Failure("TOOL_MISSING", "there is no melange");
	const made = await withCaches({
		cache: inputs.cache,
		plan
	}, world, (caches) => recorder.wideStage("packages", () => makePackages({
		...prepared,
		inputs,
		plan: plan.packages,
		melange,
		solver,
		caches
	}, world)));
	const { "apko-version": version } = inputs;
	if (version !== void 0) await signForOldApko(made, {
		apko: { version },
		melange
	}, world);
	const facts = {
		parameters: givenParameters("package", inputs),
		files: prepared.files,
		tools: [melange]
	};
	return concludeRun(recorder.record({
		...facts,
		images: [],
		packages: made.record,
		graph: made.graph
	}), {
		output,
		table: outputs
	});
}
// src/report/prune-part.ts
/** Lines of the table of deleted versions; a summary has 1 MiB. */
const shown = 200;
/** What was cleaned, in the job summary; nothing when nothing was asked for. */
function prunePart(reports = []) {
	return reports.flatMap(({ package: name, mode, kept, pruned, doubt }) => [
		`### Cleaned: \`${name}\``,
		doubt === void 0 ? `${mode === "delete" ? "Deleted" : "Would be deleted (dry run)"}: ${pruned.length} versions; kept: ${kept}.` : `Nothing was deleted: ${doubt}.`,
		...pruned.length === 0 ? [] : [pruned.slice(0, shown).map(lineOf).join("\n")],
		...pruned.length > shown ? [`${pruned.length - shown} more are in the output \`pruned\`.`] : []
	]);
}
function lineOf({ digest, updated }) {
	return `- \`${digest}\`, untouched since ${updated.slice(0, 10)}`;
}
// src/pipeline/prune-plan.ts
/**
* Plans the cleaning; undefined when none is asked for. Fails with INPUT_INVALID when it is not known of what, or by whose right.
*/
function planPrune(inputs, folders, { context }) {
	if (inputs.prune === "false") return void 0;
	const named = inputs.image.map((name) => parseRepository(name));
	const strange = named.filter(({ registry }) => !isGithubs(registry)).map(notGithubs);
	const token = inputs["github-token"];
	const repositories = distinct(named.length > 0 ? named : recorded(folders, context.repository));
	throwIfAny([
		...strange,
		...token === void 0 ? [noToken()] : [],
		...repositories.length === 0 ? [nothingNamed()] : []
	]);
	return {
		mode: inputs.prune === "true" ? "delete" : "dry-run",
		keepDays: inputs["prune-days"] ?? 30,
		token: token ?? "",
		repositories
	};
}
/** The images of the records that are packages on GitHub, else the package named like the repository. */
function recorded(folders, repository) {
	const ours = folders.flatMap(({ record }) => record.images).flatMap(({ pushed, copies = [] }) => [pushed, ...copies].map((each) => each?.repository ?? "")).filter((name) => name !== "").map((name) => parseRepository(name)).filter(({ registry }) => isGithubs(registry));
	if (folders.length > 0 || repository === void 0) return ours;
	return [parseRepository(`ghcr.io/${repository.toLowerCase()}`)];
}
function distinct(repositories) {
	return [...new Map(repositories.map((each) => [formatRepository(each), each])).values()];
}
/** GitHub's registries: its own, those of its servers at other places, and a stand-in on this machine. */
function isGithubs(registry) {
	return /^(ghcr\.io|containers\..+|(127\.0\.0\.1|localhost):\d+)$/.test(registry);
}
function notGithubs(repository) {
	return new Failure("INPUT_INVALID", `input "image" is ${formatRepository(repository)}, and "prune" cleans packages on GitHub only: ghcr.io/owner/name`, { hint: "Other registries have rules of their own for that; leave this image out." });
}
function noToken() {
	return new Failure("INPUT_INVALID", "input \"prune\" needs \"github-token\", and there is none", { hint: "In a workflow of github.com leave it out; elsewhere give a token with the scopes read:packages and delete:packages." });
}
function nothingNamed() {
	return new Failure("INPUT_INVALID", "input \"prune\" is given, and nothing says which package is meant", { hint: "Name it with \"image\": ghcr.io/owner/name." });
}
// src/pipeline/record-shape.ts
/** Whether it is a build record, as far as a release looks at it. */
function isRecord(json) {
	const { giropops, run, images, packages, graph } = asObject(json) ?? {};
	return giropops !== void 0 && asObject(run) !== void 0 && Array.isArray(images) && images.every(isImage) && (packages === void 0 || isPackages(packages)) && (graph === void 0 || isList(asObject(graph)?.["nodes"], (node) => isText(node["package"])));
}
function isImage(json) {
	const { name, digest, sboms, platforms, pushed, signed } = asObject(json) ?? {};
	return isText(name) && isText(digest) && isTexts(sboms) && isList(platforms, (each) => isText(each["platform"]) && isText(each["digest"]) && isPackageList(each["packages"])) && (pushed === void 0 || isPushed(asObject(pushed))) && (signed === void 0 || isSigned(asObject(signed)));
}
function isPushed(json) {
	return isText(json?.["repository"]) && isTexts(json?.["tags"]);
}
function isSigned(json) {
	return isList(json?.["bundles"], (each) => isText(each["file"])) && isList(json?.["verify"], (each) => isText(each["title"]) && isText(each["text"]));
}
function isPackages(json) {
	const { folder, built } = asObject(json) ?? {};
	return isText(folder) && isPackageList(built) && isList(built, (each) => isText(each["file"]) && isText(each["sha256"]));
}
function isPackageList(json) {
	return isList(json, (each) => isText(each["name"]) && isText(each["version"]));
}
function isList(json, isRight) {
	return Array.isArray(json) && json.every((each) => isRight(asObject(each) ?? {}));
}
function isTexts(json) {
	return Array.isArray(json) && json.every(isText);
}
function isText(json) {
	return typeof json === "string";
}
// src/pipeline/read-records.ts
/**
* The records that the input "record" names, a line each: files, or the output folders that they are in. Fails with
* CONFIG_MISSING when one is not there, CONFIG_INVALID when it is no record.
*/
async function readRecords(input, workspace) {
	const names = (input ?? "").split("\n").map((name) => name.trim()).filter((name) => name !== "");
	return Promise.all([...new Set(names)].map((name) => readOne$1(name, workspace)));
}
async function readOne$1(name, workspace) {
	const path = resolve(workspace, name);
	const file = await stat(path).then((found) => found.isDirectory(), () => false) ? join(path, recordFile) : path;
	const text = await readFile(file, "utf8").catch((cause) => {
		throw new Failure("CONFIG_MISSING", `input "record": ${JSON.stringify(name)} cannot be read`, {
			cause,
			hint: "Is it the output \"record\" of an earlier step of this job, or a folder that was handed over whole?"
		});
	});
	const json = parseObject(text);
	if (!isRecord(json)) throw new Failure("CONFIG_INVALID", `input "record": ${JSON.stringify(name)} is not a build record`, { hint: "Give the giropops.json of a step of this action." });
	return {
		record: json,
		folder: dirname(file),
		file
	};
}
// src/pipeline/prepare-release.ts
/** Looks at everything that the inputs name, and tells all that is wrong at once. */
async function prepareRelease(inputs, world) {
	const { workspace } = world.machine;
	const releases = !isEmpty(inputs);
	const found = releases || inputs.prune !== "false" ? [] : [nothing()];
	const folders = await collect$1(found, () => readRecords(inputs.record, workspace)) ?? [];
	const repository = await collect$1(found, () => repositoryOf$1(inputs.packages, workspace));
	const plan = releases ? await collect$1(found, () => planRelease(inputs, world)) : void 0;
	const mismatch = plan === void 0 || !inputs["version-check"] ? void 0 : findReleaseMismatch(plan.tag, folders.map(({ record }) => record));
	if (mismatch !== void 0) found.push(mismatch);
	const cleaning = await collect$1(found, () => planPrune(inputs, folders, world));
	throwIfAny(found);
	return {
		releasing: plan && {
			plan,
			folders,
			packages: repository?.folder
		},
		cleaning
	};
}
async function repositoryOf$1([first, ...others], workspace) {
	if (others.length === 0) return openRepositoryFolder(first, workspace);
	throw new Failure("INPUT_INVALID", "input \"packages\" names several folders, and a release has one repository", { hint: "Merge them with the action image first, whose output \"packages\" is the merged one." });
}
/** A forgotten record would make an empty release; only a repository that is an action itself has nothing to release but its tag. */
function isEmpty(inputs) {
	const { record, packages, assets } = inputs;
	return record === void 0 && packages.length === 0 && assets.length === 0 && !inputs["major-tag"];
}
function nothing() {
	return new Failure("INPUT_INVALID", "input \"record\" is not given, so there is nothing to release", { hint: "Give the output \"record\" of the step that built it, or the path of its giropops.json." });
}
// src/pipeline/release.ts
/** Releases what earlier steps built, then cleans packages where that is asked for; either may be done without the other. */
async function release(inputs, world) {
	const recorder = openRecorder(world);
	const { releasing, cleaning } = await prepareRelease(inputs, world);
	const startedAt = recorder.startedAt.toISOString();
	const done = releasing && await recorder.stage("release", async () => {
		const { releaseStage } = await import("./release-stage.js");
		return releaseStage({
			...releasing,
			startedAt
		}, world);
	});
	const cleaned = cleaning && await recorder.stage("prune", async () => {
		const { prunePackages } = await import("./prune-packages.js");
		return prunePackages(cleaning, world);
	});
	const record = recorder.record({
		parameters: givenParameters("release", inputs),
		files: [],
		tools: [],
		images: [],
		...done && { release: done.record },
		...cleaned && { pruned: cleaned.reports }
	});
	const parts = [...releasePart(record.release), ...prunePart(record.pruned)];
	return {
		outputs: outputsOf({
			...releaseOutputs,
			...pruneOutputs
		}, {
			record,
			output: world.machine.workspace
		}),
		summary: `${parts.join("\n\n")}\n`,
		failures: [done, cleaned].flatMap((each) => each?.failures ?? [])
	};
}
// src/report/plan-outputs.ts
/** Outputs of the `plan` action. */
const planOutputs = {
	matrix: {
		help: "Matrix of the legs, `{\"include\":[…]}`; each has name, platform, arch, runner, melange-config (a line each) and emulator (whether it needs QEMU).",
		value: ({ legs }) => JSON.stringify({ include: legs })
	},
	legs: {
		help: "Number of legs. A matrix may not be empty: skip the job where it is `0`.",
		value: ({ legs }) => String(legs.length)
	},
	graph: {
		help: "Which melange file must be built before which, as JSON.",
		value: ({ graph }) => JSON.stringify(graph)
	},
	images: {
		help: "The images that will be made, as JSON: name, config, platforms.",
		value: ({ images }) => JSON.stringify(images)
	}
};
/** GitHub takes outputs of 1 MiB from a job, and counts UTF-16. */
const mostLetters = 5e5;
/** Name and text of each output. The graph is left out, with a warning, where GitHub would not take all of them. */
function planOutputsOf(planned, log) {
	const outputs = new Map(Object.entries(planOutputs).map(([name, { value }]) => [name, value(planned)]));
	if ([...outputs.values()].reduce((sum, text) => sum + text.length, 0) > mostLetters) {
		outputs.delete("graph");
		log.warning("the graph is too large for an output, which are 1 MiB for a job: \"graph\" is left out");
	}
	return outputs;
}
// src/report/plan-summary.ts
/** Rows of a table that people still read. */
const mostRows = 300;
/** The plan as the job summary, in Markdown. */
function planSummary({ legs, graph, images }) {
	const picture = drawGraph(graph);
	return `${[
		"### Plan",
		legs.length === 0 ? "No packages are built." : table([
			"Leg",
			"Platform",
			"Runner",
			"Files"
		], legs.map((leg) => [
			leg.name,
			`\`${leg.platform}\``,
			[leg.runner].flat().join(", ") + (leg.emulator ? ", emulated" : ""),
			String(leg["melange-config"].split("\n").length)
		])),
		...images.length === 0 ? [] : [table([
			"Image",
			"From",
			"Platforms"
		], images.map(({ name, config, platforms }) => [
			escape(name),
			`\`${config}\``,
			platforms.join(", ")
		]))],
		...picture === void 0 ? [] : [[
			"```mermaid",
			picture.text,
			"```"
		].join("\n")],
		...picture?.note === void 0 ? [] : [picture.note.replace("the record has all", "`graph` has all")]
	].join("\n\n")}\n`;
}
function table(head, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	const more = rows.length > mostRows ? [line([`… and ${rows.length - mostRows} more`])] : [];
	return [
		line(head),
		line(head.map(() => "---")),
		...rows.slice(0, mostRows).map(line),
		...more
	].join("\n");
}
const escape = (text) => text.replace(/[\\`*_{}[\]<>|#]/g, "\\$&");
// src/pipeline/known-times.ts
/**
* Build times from the record of an earlier run, or from every record below a folder. Without one that can be read nothing is known, which a
* notice says: times make a plan better, never possible.
*/
async function readKnownTimes(path, workspace, log) {
	if (path === void 0) return [];
	const times = [];
	for (const file of await recordsAt(resolve(workspace, path))) {
		const found = await timesIn(file);
		if (found === void 0) log.notice(`input "record": ${JSON.stringify(path)} cannot be read as a build record; legs are planned without its times`);
		else times.push(...found);
	}
	return times;
}
async function recordsAt(path) {
	if (!((await stat(path).catch(() => void 0))?.isDirectory() ?? false)) return [path];
	const files = await Array.fromAsync(glob(`**/${recordFile}`, { cwd: path }));
	return files.length === 0 ? [join(path, recordFile)] : files.sort().map((file) => join(path, file));
}
async function timesIn(file) {
	const record = await readFile(file, "utf8").then((text) => JSON.parse(text)).catch(() => void 0);
	if (!isRecord$2(record)) return void 0;
	const times = isRecord$2(record["packages"]) ? record["packages"]["times"] : void 0;
	return Array.isArray(times) ? times.filter(isBuildTime) : [];
}
function isBuildTime(value) {
	if (!isRecord$2(value)) return false;
	const { file, arch, seconds } = value;
	return typeof file === "string" && typeof arch === "string" && typeof seconds === "number" && seconds >= 0 && Number.isFinite(seconds);
}
// src/pipeline/plan-graph.ts
/** The graph as its files, melange and the repositories tell it; undefined where that would take melange and something is wrong already. */
async function planGraph({ packages: { files, architectures } }, inputs, { found, world }) {
	const { machine, log } = world;
	const at = (path) => URL.canParse(path) ? path : resolve(machine.workspace, path);
	const { "vars-file": varsFile } = inputs;
	const options = {
		pipelineDirs: inputs["pipeline-dir"].map(at),
		repositories: [...inputs["repository-append"], ...inputs["build-repository-append"]],
		...varsFile === void 0 ? {} : { varsFile: at(varsFile) }
	};
	const asks = asksMelange(files, options);
	if (asks && found.length > 0) return void 0;
	const tools = {
		"apko-version": void 0,
		"apko-sha256": void 0,
		...inputs
	};
	const take = () => takeTools({
		inputs: tools,
		names: ["melange"],
		needs: []
	}, world);
	const { melange } = asks ? await log.group("tools", take) : {};
	const jobs = await defaultJobs();
	return resolveGraph({
		files,
		architectures,
		melange,
		machine,
		options,
		repository: join(machine.temp, "packages"),
		jobs
	}, world);
}
// src/pipeline/balance.ts
/**
* Deals items to at most `count` piles so that the heaviest is light: longest processing time first (Graham 1969), within 4/3 of the best
* there is. No pile is empty; equal items give equal piles.
*/
function balance(items, count) {
	const piles = Array.from({ length: Math.min(count, items.length) }, () => ({
		weight: 0,
		items: []
	}));
	for (const item of items.toSorted((a, b) => b.weight - a.weight)) {
		const pile = piles.reduce((least, each) => each.weight < least.weight ? each : least);
		pile.weight += item.weight;
		pile.items.push(item);
	}
	return piles.map((each) => each.items);
}
/** Weight of the heaviest pile; 0 for none. */
function heaviest(piles) {
	return piles.reduce((most, pile) => Math.max(most, weightOf(pile)), 0);
}
function weightOf(items) {
	return items.reduce((sum, { weight }) => sum + weight, 0);
}
// src/pipeline/allot-legs.ts
/**
* How many legs each group gets, `most` in all: one each, then always one more for the group with the most work per leg that still has parts
* to give away. Where all times are known, no group has more legs than it needs to be done with the slowest.
*/
function allot(groups, most) {
	const given = groups.map((group) => ({
		group,
		legs: 1,
		work: weightOf(group.parts)
	}));
	for (let left = most - groups.length; left > 0; left -= 1) {
		const open = given.filter(({ group, legs }) => legs < group.parts.length);
		if (open.length === 0) break;
		const next = open.reduce((a, b) => b.work / b.legs > a.work / a.legs ? b : a);
		next.legs += 1;
	}
	const known = groups.every(({ parts }) => parts.every((each) => each.known));
	const slowest = known ? Math.max(0, ...given.map(({ group, legs }) => heaviest(balance(group.parts, legs)))) : 0;
	return given.map(({ group, legs }) => ({
		...group,
		legs: known ? leastLegs(group, legs, slowest) : legs
	}));
}
/** The fewest legs, `most` at most, of which none takes longer than `limit`. */
function leastLegs({ parts }, most, limit) {
	for (let legs = Math.max(1, Math.ceil(weightOf(parts) / limit)); legs < most; legs += 1) if (heaviest(balance(parts, legs)) <= limit) return legs;
	return most;
}
// src/pipeline/plan-parts.ts
/**
* Parts of the graph that have nothing to do with one another: files that need each other to be built or tested are in one, since legs of
* one matrix cannot wait for each other. Parts and their files keep the order of the nodes. Needs outside of the nodes do not count.
*/
function partsOf(nodes) {
	const rootOf = new Map(nodes.map(({ id }) => [id, id]));
	const find = (id) => {
		let root = id;
		for (let next = rootOf.get(root); next !== void 0 && next !== root; next = rootOf.get(root)) root = next;
		for (let at = id; at !== root;) {
			const next = rootOf.get(at) ?? root;
			rootOf.set(at, root);
			at = next;
		}
		return root;
	};
	for (const { id, needs, tests } of nodes) for (const other of [...needs, ...tests]) if (rootOf.has(other)) rootOf.set(find(other), find(id));
	return [...Map.groupBy(nodes, ({ id }) => find(id)).values()];
}
// src/pipeline/runner-for.ts
const usual = [{
	prefix: "linux/arm64",
	labels: ["ubuntu-24.04-arm"]
}, {
	prefix: "linux/",
	labels: ["ubuntu-24.04"]
}];
/** The runner of the choice with the longest prefix of the platform, else GitHub's own. */
function runnerFor(target, choices) {
	const suited = [...choices, ...usual].filter(({ prefix }) => target.platform.startsWith(prefix));
	const own = suited.filter((choice) => choices.includes(choice));
	const { labels } = (own.length > 0 ? own : suited).reduce((best, each) => each.prefix.length > best.prefix.length ? each : best);
	const machine = machineOf(labels);
	return {
		labels,
		emulator: machine !== void 0 && !runsNatively(machine, target)
	};
}
/**
* What machine the labels mean: they say it in a word (`arm`, `x64`, `riscv64`), and GitHub's own without such a word are amd64. Undefined for
* others: who names a runner of their own for a platform has one that runs it.
*/
function machineOf(labels) {
	const words = labels.flatMap((label) => label.toLowerCase().split(/[^a-z0-9_]+/));
	const other = {
		arm: "arm64",
		x64: "amd64"
	};
	const named = words.map((word) => findArchitecture(other[word] ?? word)).find((each) => each !== void 0);
	if (named !== void 0) return named;
	return words.includes("ubuntu") ? findArchitecture("amd64") : void 0;
}
// src/pipeline/build-weights.ts
/** Shorter builds count as this long, so that every file has some weight. */
const least = .1;
/** Guess where nothing at all was measured. */
const guess = 10;
/** Weights from earlier builds: what was not measured counts as the mean of its architecture, or of all. */
function openWeights(times) {
	const measured = new Map(times.map(({ file, arch, seconds }) => [`${arch} ${file}`, seconds]));
	const means = new Map([...Map.groupBy(times, ({ arch }) => arch)].map(([arch, list]) => [arch, meanOf(list)]));
	const otherwise = times.length === 0 ? guess : meanOf(times);
	return { of(nodes, arch) {
		const seconds = nodes.map(({ id }) => measured.get(`${arch} ${id}`));
		const mean = means.get(arch) ?? otherwise;
		return {
			weight: seconds.reduce((sum, each) => sum + Math.max(least, each ?? mean), 0),
			known: seconds.every((each) => each !== void 0)
		};
	} };
}
function meanOf(times) {
	return times.reduce((sum, { seconds }) => sum + seconds, 0) / times.length;
}
/**
* Deals the graph to legs, for each architecture anew: every file is in one leg together with all that it needs, and the longest leg is short.
* Fails with INPUT_INVALID when there are fewer legs than architectures, since a leg builds for one. Pure.
*/
function planMatrix(wish) {
	const weights = openWeights(wish.times);
	const groups = wish.architectures.flatMap((architecture) => {
		const parts = partsOf(nodesFor(wish.graph, architecture)).map((nodes) => ({
			nodes,
			...weights.of(nodes, architecture.apk)
		}));
		return parts.length === 0 ? [] : [{
			architecture,
			parts
		}];
	});
	const most = Math.min(wish.legs ?? 256, 256);
	if (most < groups.length) throw tooFew(most, groups.length);
	const order = new Map(wish.graph.nodes.map(({ id }, index) => [id, index]));
	const inOrder = (a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0);
	return allot(groups, most).flatMap(({ architecture, parts, legs }) => {
		const { labels, emulator } = runnerFor(architecture, wish.runners);
		const [label = "", ...more] = labels;
		return balance(parts, legs).map((pile, index) => ({
			name: `${architecture.name}-${index + 1}`,
			platform: architecture.platform,
			arch: architecture.name,
			runner: more.length === 0 ? label : labels,
			"melange-config": pile.flatMap(({ nodes }) => nodes).toSorted(inOrder).map(({ id }) => id).join("\n"),
			emulator
		}));
	});
}
function nodesFor({ nodes }, { apk }) {
	return nodes.filter(({ file }) => file.architectures.length === 0 || file.architectures.includes(apk));
}
function tooFew(most, platforms) {
	return new Failure("INPUT_INVALID", `input "legs" is ${most}, but packages are built for ${platforms} platforms, and a leg builds for one`, { hint: `Give at least ${platforms}, or fewer "platforms".` });
}
// src/pipeline/plan-legs.ts
/**
* The plan alone: which files are built for which platform on which runner, and what images come of it. Everything wrong with files and
* names is told at once. Nothing is built; melange is fetched only when a file can't be understood without it.
*/
async function planLegs(inputs, world) {
	const { machine, log } = world;
	const { workspace } = machine;
	const survey = await surveyFiles({
		melange: inputs["melange-config"],
		apko: inputs["apko-config"],
		workspace,
		varsElsewhere: inputs["vars-file"] !== void 0
	}, log);
	const { plan, failures } = planOf(inputs, survey, world);
	const found = [
		...await findPathProblems(inputs, {
			workspace,
			builds: true
		}),
		...survey.failures,
		...failures
	];
	const { files, architectures } = plan.packages;
	for (const file of files) await collect$1(found, () => targetsOf(file, architectures));
	const [version = "", sha256] = [inputs["melange-version"], inputs["melange-sha256"]];
	await collect$1(found, () => resolveWish({
		name: "melange",
		version,
		sha256
	}, machine));
	if (survey.failures.length > 0) throwIfAny(found);
	const graph = await collect$1(found, () => planGraph(plan, inputs, {
		found,
		world
	}));
	const legs = graph && await collect$1(found, () => legsOf(graph, plan, {
		inputs,
		world
	}));
	throwIfAny(found.filter(({ message }, index) => found.findIndex((f) => f.message === message) === index));
	if (graph === void 0 || legs === void 0) throw new TypeError("a plan without a graph");
	const images = plan.images.map(({ name, file, architectures }) => ({
		name,
		config: file.file,
		platforms: architectures.map(({ platform }) => platform)
	}));
	const counts = [...Map.groupBy(legs, ({ platform }) => platform)].map(([platform, each]) => `${platform}: ${each.length}`);
	log.info(`legs: ${legs.length}${counts.length === 0 ? "" : ` (${counts.join(", ")})`}`);
	const planned = {
		legs,
		graph: graphOfRecord(graph),
		images
	};
	return {
		outputs: planOutputsOf(planned, log),
		summary: planSummary(planned)
	};
}
function planOf({ platforms, image }, { melange, apko, failures }, { context, machine }) {
	return makePlan({
		wish: {
			platforms,
			image,
			tags: [],
			push: "false",
			load: false,
			registry: void 0
		},
		melange,
		apko,
		unreadable: failures.length > 0,
		context,
		host: machine.architecture
	});
}
async function legsOf(graph, { packages: { architectures } }, { inputs, world: { machine, log } }) {
	const times = await readKnownTimes(inputs.record, machine.workspace, log);
	return planMatrix({
		graph,
		architectures,
		legs: inputs.legs,
		runners: inputs.runners,
		times
	});
}
// src/pipeline/setup.ts
/** Both tools, verified, in the tool cache; their folders are to be put on PATH. */
async function setup(inputs, world) {
	const recorder = openRecorder(world);
	const taken = await recorder.stage("tools", () => takeTools({
		inputs,
		names: ["melange", "apko"],
		needs: []
	}, world));
	const tools = Object.values(taken);
	const record = recorder.record({
		parameters: givenParameters("setup", inputs),
		files: [],
		tools,
		images: []
	});
	return {
		outputs: outputsOf(setupOutputs, {
			record,
			output: ""
		}),
		paths: tools.map(({ path }) => dirname(path))
	};
}
// src/pipeline/earlier-record.ts
/** Reads `giropops.json` and finds the image by its digest. Fails with CONFIG_MISSING when it is not there or not in it. */
async function readEarlierBuild(file, digest, workspace) {
	const path = resolve(workspace, file);
	const record = await readFile(path, "utf8").then((text) => JSON.parse(text)).catch((cause) => {
		throw new Failure("CONFIG_MISSING", `input "record": ${JSON.stringify(file)} cannot be read as a build record`, { cause });
	});
	const image = record.images?.find((each) => each.digest === digest);
	if (image === void 0) throw new Failure("CONFIG_MISSING", `input "record": ${JSON.stringify(file)} tells of no image ${digest}`, { hint: "Give the output \"record\" of the step that built this very image, or leave \"record\" out." });
	return {
		record,
		image,
		output: dirname(join(path))
	};
}
// src/pipeline/remote-image.ts
/** Reads what an image consists of out of its registry: the index, then each platform; a single manifest is its own index. Fails with REGISTRY_FAILED when it is not there. */
async function readRemoteImage(destination, digest, world) {
	const found = await openRepository$1(destination, world).getManifest(digest);
	if (found === void 0) throw new Failure("REGISTRY_FAILED", `${formatRepository(destination.repository)} has no image ${digest}`, { hint: "Give the digest of an image that was pushed; the output \"digest\" of the step that built it." });
	const value = parseManifest(found.bytes, found.descriptor.mediaType);
	const platforms = ("manifests" in value ? value.manifests : []).filter(({ platform }) => platform !== void 0 && platform.os !== "unknown");
	return [{
		place: "index",
		subject: found.descriptor
	}, ...platforms.map((child) => ({
		place: placeOf(child),
		subject: child
	}))];
}
function placeOf({ platform }) {
	const text = [
		platform?.os,
		platform?.architecture,
		platform?.variant
	].filter(Boolean).join("/");
	return architectures.find((each) => text === each.platform || text.startsWith(`${each.platform}/`))?.platform ?? text;
}
// src/pipeline/sign-target.ts
/** Reads `image` and `digest` of the action `sign`: one digest, in one or several repositories. Fails with INPUT_INVALID. */
function readSignTarget(inputs) {
	const [first, ...others] = inputs.image.map((text) => readOne(text, inputs.digest));
	if (first === void 0) throw new Failure("INPUT_INVALID", "input \"image\" is not given", { hint: "Name the image by digest: ghcr.io/owner/name@sha256:…" });
	const other = others.find(({ digest }) => digest !== first.digest);
	if (other !== void 0) throw new Failure("INPUT_INVALID", `input "image" names two digests, ${first.digest} and ${other.digest}`, { hint: "Several lines are for one image in several repositories; sign another image in a step of its own." });
	return {
		digest: first.digest,
		repositories: [first.repository, ...others.map(({ repository }) => repository)]
	};
}
function readOne(text, otherwise) {
	const { registry, path, digest = otherwise } = parseReference(text);
	if (digest !== void 0 && isDigest(digest)) return {
		repository: {
			registry,
			path
		},
		digest
	};
	throw new Failure("INPUT_INVALID", `image ${JSON.stringify(text)} is to be signed by its digest, and none is given`, { hint: "Write image: name@sha256:… or give \"digest\", for example the output \"digest\" of the step that pushed it. Tags can move, so they are not signed." });
}
// src/pipeline/tag-signed.ts
/** Looks whether the tags may be moved, before anything is signed. Fails with TAG_REFUSED. */
async function checkSignedTags(destinations, { digest, tags, allowRetag }, world) {
	if (tags.length === 0) return;
	const requests = destinations.map((destination) => ({
		...destination,
		digest,
		tags
	}));
	await surveyTags(requests, { allowRetag }, world);
}
/** Sets the tags, if any, of an image in all its repositories. Fails as `moveTags` does. */
async function tagSigned(destinations, { digest, tags, allowRetag }, world) {
	if (tags.length === 0) return destinations.map((each) => ({
		destination: each,
		pushed: untagged(each)
	}));
	const requests = destinations.map((destination) => ({
		...destination,
		digest,
		tags
	}));
	const outcomes = await moveTags(requests, { allowRetag }, world);
	const failures = [];
	const places = destinations.map((destination, at) => {
		const outcome = outcomes[at];
		if (outcome !== void 0 && "failures" in outcome) failures.push(...outcome.failures);
		const { named, left } = outcome !== void 0 && "value" in outcome ? outcome.value : {
			named: [],
			left: []
		};
		const told = tellLeft(left, destination, world);
		return {
			destination,
			pushed: {
				...untagged(destination),
				tags: named,
				...told.length > 0 ? { left: told } : {}
			}
		};
	});
	throwIfAny(failures);
	return places;
}
/** What the record tells of an image that was there before and got no tag. */
function untagged({ repository }) {
	return {
		repository: formatRepository(repository),
		tags: [],
		uploaded: 0,
		skipped: 0
	};
}
// src/pipeline/sign.ts
/** Signs an image that is in one or several registries; what is there and valid is not made again. Tags, if any, move after it was verified. */
async function sign$1(inputs, world) {
	const recorder = openRecorder(world);
	const { machine } = world;
	const { repositories, digest } = readSignTarget(inputs);
	const tags = inputs.tags.length === 0 ? [] : tagsOf(inputs, world);
	const plan = await planAlone(inputs, world);
	const earlier = inputs.record === void 0 ? void 0 : await readEarlierBuild(inputs.record, digest, machine.workspace);
	const output = await openOutput(inputs.output, world);
	const destinations = await openAll(repositories, inputs, world);
	const [places = []] = await Promise.all(destinations.map((each) => readRemoteImage(each, digest, world)));
	const tagging = {
		digest,
		tags,
		allowRetag: inputs["allow-retag"]
	};
	await checkSignedTags(destinations, tagging, world);
	const signed = await recorder.stage("sign", async () => {
		const { signStage } = await import("./sign-stage.js");
		const image = {
			destinations,
			places: places.map((place) => attested(place, earlier)),
			bundles: join(output, "bundles")
		};
		const githubToken = inputs["github-token"];
		return signStage({
			plan,
			images: [image],
			packages: void 0,
			provenance: earlier?.record,
			githubToken,
			output
		}, world);
	});
	const setTags = () => tagSigned(destinations, tagging, world);
	const pushed = tags.length > 0 ? await recorder.stage("tags", setTags) : await setTags();
	const image = {
		...earlier?.image ?? unbuilt(formatRepository(repositories[0]), digest),
		...pushedRecord(pushed, /* @__PURE__ */ new Set()),
		signed: signed.images[0]
	};
	const { parameters = {}, files = [], tools = [] } = earlier?.record ?? {};
	return concludeRun(recorder.record({
		parameters,
		files,
		tools,
		images: [image]
	}), {
		output,
		table: outputs
	});
}
function tagsOf(inputs, world) {
	const { tags, failures, none } = planTags(inputs, [], world);
	throwIfAny([...failures, ...none === void 0 ? [] : [none]]);
	return tags.map(({ name }) => name);
}
async function planAlone(inputs, world) {
	const cosignKey = await readKeyInput("cosign-key", inputs["cosign-key"], world);
	const plan = planSigning({
		...inputs,
		"cosign-key": cosignKey
	}, "done before", world);
	if (plan === void 0) throw new Failure("INPUT_INVALID", "input \"sign\" is \"false\", so there is nothing to do", { hint: "Leave \"sign\" out." });
	const { checkSigning } = await import("./open-signing.js");
	await checkSigning(plan, world);
	return plan;
}
async function openAll(repositories, inputs, world) {
	const primary = repositories[0].registry;
	const destinations = [];
	for (const repository of repositories) {
		const credentials = await findLogin(repository, {
			inputs,
			primary
		}, world);
		destinations.push(openDestination(repository, credentials, world));
	}
	return destinations;
}
/** What the record tells of an image whose build is not known. */
function unbuilt(name, digest) {
	return {
		name,
		config: "",
		digest,
		size: 0,
		layout: "",
		sboms: [],
		loaded: [],
		platforms: []
	};
}
function attested({ place, subject }, earlier) {
	if (earlier === void 0) return {
		place,
		subject,
		sbom: void 0,
		apks: []
	};
	const { image, output } = earlier;
	if (place === "index") {
		const sbom = image.sboms.find((file) => file.endsWith("/sbom-index.spdx.json"));
		return {
			place,
			subject,
			sbom: sbom && join(output, sbom),
			apks: image.platforms.flatMap(({ packages }) => packages),
			scan: image.scan
		};
	}
	const platform = image.platforms.find((each) => each.digest === subject.digest);
	return {
		place,
		subject,
		sbom: platform && join(output, platform.sbom),
		apks: platform?.packages ?? [],
		scan: image.scan
	};
}
// src/pipeline/stages.ts
const stages = {
	build,
	setup,
	package: packages,
	image,
	sign: sign$1,
	release,
	plan: planLegs
};
/** Runs what an action stands for. A failure leaves nothing where nobody would look for it. */
async function runStage(action, inputs, world) {
	try {
		return await stages[action](inputs, world);
	} catch (error) {
		if (!("output" in inputs && inputs.output !== void 0)) await dropUnnamedOutput(world);
		throw error;
	}
}
// src/platform/dead-runs.ts
const day = 864e5;
/** Makes the folder `<prefix><pid>-…` for this run, which a later run removes should this one be killed. */
async function makeRunFolder(root, prefix) {
	return mkdtemp(join(root, `${prefix}${process.pid}-${await processSpace()}-`));
}
/**
* Removes the folders `<prefix><pid>-…` of this user that runs no longer alive left behind. Where the id may be of another
* container, only after a day: nobody here can tell whether that process lives.
*/
async function sweepDeadRuns(root, { prefix = "", secrets = [] } = {}) {
	const names = await readdir(root).catch(() => []);
	const here = await processSpace();
	for (const name of names.filter((each) => each.startsWith(prefix))) {
		const [, pid, space] = /^(\d+)-(?:(\d{6,})-)?\w+$/.exec(name.slice(prefix.length)) ?? [];
		const path = join(root, name);
		const age = space === here ? 0 : day;
		if (pid === void 0 || isAlive(Number(pid)) || !await isOurs(path, age)) continue;
		for (const secret of secrets) await wipePath(join(path, secret)).catch(() => {});
		await rm(path, {
			recursive: true,
			force: true
		}).catch(() => {});
	}
}
/** Whether it is a folder of this user, untouched for `age` milliseconds. */
async function isOurs(path, age) {
	const found = await lstat(path).catch(() => void 0);
	if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) return false;
	return age === 0 || Date.now() - found.mtimeMs >= age;
}
/** Number of the space in which process ids count: each container has its own. */
async function processSpace() {
	const link = await readlink("/proc/self/ns/pid").catch(() => "");
	return /\d{6,}/.exec(link)?.[0] ?? "000000";
}
/** Whether there is a process of this id, ours or not. */
function isAlive(pid) {
	if (!(pid > 0)) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === "EPERM";
	}
}
// src/platform/claimed-folders.ts
const lockName = ".giropops-lock";
/**
* Claims are files `.giropops-lock` that tell of the process. That of a dead process is taken over; so is that of a process which
* cannot be looked at from here, in another container or on another host.
*/
function openClaimedFolders() {
	const claimed = /* @__PURE__ */ new Map();
	return {
		async claim(folder) {
			const lock = join(folder, lockName);
			if (claimed.has(lock)) return;
			const own = JSON.stringify(await describeProcess(process.pid));
			while (!await writeNew(lock, own)) {
				const found = await readLock(lock);
				const pid = await livingOwner(found);
				if (pid !== void 0) throw taken(pid, folder);
				await takeAway(lock, found);
			}
			claimed.set(lock, own);
		},
		async release() {
			for (const [lock, own] of claimed) if (await readFile(lock, "utf8").catch(() => "") === own) await rm(lock, { force: true });
			claimed.clear();
		}
	};
}
async function describeProcess(pid) {
	return {
		pid,
		started: await startOf(pid),
		space: await processSpace(),
		host: hostname()
	};
}
/** When a process began, in the kernel's ticks (proc_pid_stat(5), field 22): ids are given out again. Empty where there is no /proc. */
async function startOf(pid) {
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
	return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
/** Whether it was written; not when there is one. */
async function writeNew(lock, text) {
	try {
		await writeFile(lock, text, { flag: "wx" });
		return true;
	} catch (error) {
		if (error.code === "EEXIST") return false;
		throw error;
	}
}
/** What is in a lock; one that is empty may be about to be written. */
async function readLock(lock) {
	const text = await readFile(lock, "utf8").catch(() => "");
	if (text !== "") return text;
	await setTimeout$1(200);
	return readFile(lock, "utf8").catch(() => "");
}
/** The process of a lock, if it is alive and the one that wrote it. */
async function livingOwner(text) {
	const pid = Number(/"pid":(\d+)/.exec(text)?.[1]);
	return isAlive(pid) && JSON.stringify(await describeProcess(pid)) === text ? pid : void 0;
}
/** Removes a lock that has this text: between reading and renaming, another run may have made it its own, and gets it back. */
async function takeAway(lock, text) {
	const aside = `${lock}-${process.pid}`;
	if (!await rename(lock, aside).then(() => true, () => false)) return;
	const found = await readFile(aside, "utf8").catch(() => text);
	if (found !== text) await writeNew(lock, found);
	await rm(aside, {
		recursive: true,
		force: true
	});
}
function taken(pid, folder) {
	return new Failure("INPUT_INVALID", `another run (process ${pid}) is writing to ${folder}`, { hint: "Name another \"output\", or wait until that run has ended." });
}
// src/platform/clock.ts
/** The machine's clock. A sleep ends with CANCELLED as soon as `cancelled` is aborted. */
function openClock(cancelled) {
	return {
		now: () => /* @__PURE__ */ new Date(),
		sleep: (milliseconds) => new Promise((resolve, reject) => {
			const wake = () => {
				clearTimeout(timer);
				reject(new Failure("CANCELLED", "the run was cancelled"));
			};
			const timer = setTimeout(() => {
				cancelled?.removeEventListener("abort", wake);
				resolve();
			}, milliseconds);
			if (cancelled?.aborted) wake();
			else cancelled?.addEventListener("abort", wake, { once: true });
		})
	};
}
// src/platform/answer-pace.ts
var import_undici = require_undici();
const leastBytes = 16384;
/** Of an idle timeout: a small body may begin late. */
const share = 1.5;
/**
* Breaks off a body that comes, but slower than 16 KiB in each one and a half idle timeouts (milliseconds), so that none drips for
* ever; a small one has to be whole by then. Time in which its reader holds it back does not count.
*/
function watchPace(body, idleTimeout) {
	let bytes = 0;
	let latest = performance.now();
	let held = false;
	body.on("data", (chunk) => {
		bytes += chunk.length;
		latest = performance.now();
	});
	body.on("pause", () => held = true);
	const timer = setInterval(() => {
		const slow = bytes < leastBytes && !held;
		bytes = 0;
		held = body.isPaused();
		const code = performance.now() - latest > idleTimeout / 2 ? "UND_ERR_BODY_TIMEOUT" : "ANSWER_TOO_SLOW";
		if (slow) body.destroy(Object.assign(/* @__PURE__ */ new Error("too slow"), { code }));
	}, idleTimeout * share);
	timer.unref();
	for (const event of [
		"end",
		"close",
		"error"
	]) body.once(event, () => clearInterval(timer));
}
// src/platform/proxy.ts
/**
* The proxy that http_proxy, https_proxy and no_proxy (lower case first) ask for; undefined for none. As in Go and in the
* runner's own client this machine's loopback is never proxied, and an entry of no_proxy stands for its subdomains too.
* Fails with INPUT_INVALID when the variable is not the URL of an HTTP proxy; its value is never shown.
*/
function proxyFor(url, env) {
	const name = url.protocol === "https:" ? "https_proxy" : "http_proxy";
	const text = read(env, name);
	if (text === "" || isLoopback(url.hostname) || isExempt(url, read(env, "no_proxy"))) return void 0;
	const parsed = URL.parse(text.includes("://") ? text : `http://${text}`);
	if (parsed === null || !["http:", "https:"].includes(parsed.protocol)) throw new Failure("INPUT_INVALID", `the environment variable ${name} is not the URL of an HTTP proxy`, { hint: `Set ${name} to a URL such as http://proxy.example:3128, or unset it.` });
	const { username, password } = parsed;
	const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
	return {
		uri: `${parsed.protocol}//${parsed.host}/`,
		name: parsed.host,
		...username !== "" && { token: `Basic ${Buffer.from(login).toString("base64")}` }
	};
}
function read(env, name) {
	return (env[name] || env[name.toUpperCase()] || "").trim();
}
function isLoopback(hostname) {
	return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
function isExempt(url, noProxy) {
	const port = url.port || (url.protocol === "https:" ? "443" : "80");
	const host = bare(url.hostname);
	return noProxy.toLowerCase().split(/[\s,]+/).filter((entry) => entry !== "").some((entry) => {
		if (entry === "*") return true;
		const [, name = entry, itsPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
		if (itsPort !== void 0 && itsPort !== port) return false;
		const domain = bare(name).replace(/^\*?\./, "");
		return host === domain || host.endsWith(`.${domain}`);
	});
}
function bare(hostname) {
	return hostname.replace(/^\[|\]$/g, "");
}
// src/platform/dispatchers.ts
/** Kept-alive connections: direct ones, and those of each proxy and each Unix socket. `connectTimeout` in milliseconds. */
function openDispatchers(env, connectTimeout) {
	const open = /* @__PURE__ */ new Map();
	const keep = (key, make) => {
		const dispatcher = open.get(key) ?? make();
		open.set(key, dispatcher);
		return dispatcher;
	};
	const timeout = connectTimeout;
	return {
		routeTo(url, socket) {
			if (socket !== void 0) return {
				dispatcher: keep(socket, () => new import_undici.Agent({ connect: {
					timeout,
					socketPath: socket
				} })),
				name: `the socket ${socket}`
			};
			const proxy = proxyFor(url, env);
			if (proxy === void 0) return {
				dispatcher: keep("", () => new import_undici.Agent({ connect: { timeout } })),
				name: url.host
			};
			const { uri, token } = proxy;
			return {
				dispatcher: keep(uri, () => new import_undici.ProxyAgent({
					uri,
					...token !== void 0 && { token },
					proxyTunnel: false,
					proxyTls: { timeout },
					requestTls: { timeout },
					clientFactory: (origin, options) => new import_undici.Pool(origin, {
						...options,
						headersTimeout: timeout
					})
				})),
				name: `${url.host} through the proxy ${proxy.name}`
			};
		},
		async close() {
			const dispatchers = [...open.values()];
			open.clear();
			await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
		}
	};
}
// src/platform/network-failure.ts
const causes = {
	ECONNREFUSED: "connection refused",
	ECONNRESET: "connection reset",
	EPIPE: "connection reset",
	UND_ERR_SOCKET: "the connection was closed before the answer was whole",
	ERR_STREAM_PREMATURE_CLOSE: "the connection was closed before the answer was whole",
	UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer is not as long as announced",
	ENOTFOUND: "name not found",
	EAI_AGAIN: "name not found (the name server did not answer)",
	ETIMEDOUT: "timed out while connecting",
	UND_ERR_CONNECT_TIMEOUT: "timed out while connecting",
	UND_ERR_HEADERS_TIMEOUT: "timed out: no answer came",
	UND_ERR_BODY_TIMEOUT: "timed out: the answer stopped coming",
	ANSWER_TOO_SLOW: "timed out: the answer came too slowly",
	EHOSTUNREACH: "host unreachable",
	ENETUNREACH: "network unreachable",
	ENOENT: "there is no such socket",
	EACCES: "no permission",
	ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS"
};
const certificateCodes = /^(CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE))/;
/**
* What to throw for an error of an HTTP exchange with `name` (host, proxy or socket): Transient(NETWORK_FAILED) with the
* plain cause; for a certificate that is not trusted the Failure itself, since waiting does not help. Undefined when the
* error does not come from the network.
*/
function networkFailure(error, name) {
	const chain = causesOf(error);
	const codes = chain.map(codeOf);
	const untrusted = codes.find((code) => certificateCodes.test(code));
	if (untrusted !== void 0) return new Failure("NETWORK_FAILED", `cannot reach ${name}: its certificate is not trusted (${untrusted})`, {
		hint: "If a proxy or a private authority signs it, name its certificate file in NODE_EXTRA_CA_CERTS.",
		cause: error
	});
	const plain = chain.map(proxyRefusal).find((status) => status !== void 0) ?? plainCause(codes);
	if (plain === void 0) return void 0;
	return new Transient(new Failure("NETWORK_FAILED", `cannot reach ${name}: ${plain}`, {
		hint: `Check that this machine reaches it (address, firewall, the proxy in http_proxy, https_proxy and no_proxy), or run it again later.`,
		cause: error
	}));
}
function plainCause(codes) {
	for (const code of codes.toReversed()) {
		const text = causes[code];
		if (text !== void 0) return text;
		if (code.startsWith("HPE_")) return "its answer is not HTTP";
		if (/^(ERR_SSL|ERR_TLS|EPROTO|ECONN|ENET|EADDR)/.test(code)) return code;
	}
}
/** undici tells what a proxy answered only in the words of its error. */
function proxyRefusal(error) {
	if (!(error instanceof Error)) return void 0;
	const status = /^Proxy response \((\d+)\)|^Proxy Authentication Required \((407)\)/.exec(error.message);
	const code = status?.[1] ?? status?.[2];
	if (code === void 0) return void 0;
	return code === "407" ? "the proxy asks for a login (407)" : `the proxy answered ${code}`;
}
function causesOf(error) {
	const chain = [];
	for (let each = error; each instanceof Error && chain.length < 8; each = each.cause) chain.push(each);
	return chain;
}
function codeOf(error) {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}
// src/platform/redirect.ts
const secretHeaders = /* @__PURE__ */ new Set([
	"authorization",
	"cookie",
	"proxy-authorization"
]);
/**
* The request that a redirect asks for (RFC 9110, 15.4); undefined when the answer is no redirect. Credentials do not go to
* another origin. Fails with NETWORK_FAILED when it leads from https to http or is not a URL.
*/
function redirectedHop(hop, status, location) {
	if (location === void 0 || ![
		301,
		302,
		303,
		307,
		308
	].includes(status)) return void 0;
	const url = URL.parse(location, hop.url.href);
	if (url === null || !["https:", "http:"].includes(url.protocol)) throw new Failure("NETWORK_FAILED", `${hop.url.host} redirects to something that is not an http URL`);
	if (hop.url.protocol === "https:" && url.protocol === "http:") throw new Failure("NETWORK_FAILED", `${hop.url.host} redirects from https to plain http on ${url.host}; that is not followed`);
	if (url.origin === hop.url.origin) return {
		url,
		headers: hop.headers
	};
	const kept = Object.entries(hop.headers).filter(([name]) => !secretHeaders.has(name.toLowerCase()));
	return {
		url,
		headers: Object.fromEntries(kept)
	};
}
// src/platform/response-body.ts
/** Bytes that are taken from the source before anybody asks for them. */
const ahead = 262144;
/**
* The same bytes, with errors of the source (and its silent end before time) told by `translate`. Unlike a pipe it hands out
* all that came before the error, so that a download can go on from there. Destroying it destroys the source; an error that
* nobody waits for is no crash.
*/
function translatedBody(source, translate) {
	const queue = [];
	let [queued, ended, wanted] = [
		0,
		false,
		false
	];
	let failure;
	const give = () => {
		if (!wanted) return;
		const chunk = queue.shift();
		if (chunk !== void 0) {
			wanted = false;
			queued -= chunk.length;
			body.push(chunk);
		} else if (ended) body.push(null);
		else if (failure !== void 0) process.nextTick(() => body.destroy(failure));
		if (queued < ahead) source.resume();
	};
	const body = new Readable({
		highWaterMark: 1,
		read() {
			wanted = true;
			give();
		},
		destroy(error, done) {
			source.destroy();
			done(error);
		}
	});
	const fail = (error) => {
		failure ??= translate(error);
		give();
	};
	source.on("data", (chunk) => {
		queue.push(chunk);
		queued += chunk.length;
		if (queued >= ahead) source.pause();
		give();
	});
	source.once("end", () => {
		ended = true;
		give();
	});
	source.on("error", fail);
	source.once("close", () => {
		if (!ended) fail(Object.assign(/* @__PURE__ */ new Error("closed early"), { code: "ERR_STREAM_PREMATURE_CLOSE" }));
	});
	body.on("error", () => {});
	return body;
}
// src/platform/http.ts
const mostRedirects = 5;
/**
* The Http port over undici, with kept-alive connections. Bodies are passed on as sent, never decoded. `close` ends every
* connection; requests after it fail with CANCELLED, save those to a Unix socket, so that an engine can still be swept.
*/
function openHttp(options) {
	const { env, userAgent, log, connectTimeout = 1e4, idleTimeout: usualTimeout = 6e4 } = options;
	const dispatchers = openDispatchers(env, connectTimeout);
	let closed = false;
	const exchange = async (wanted, hop, route) => {
		const { method, body, idleTimeout = usualTimeout } = wanted;
		const failedBody = errorOf(body);
		try {
			return await (0, import_undici.request)(hop.url, {
				dispatcher: route.dispatcher,
				method,
				headers: {
					"user-agent": userAgent,
					"accept-encoding": "identity",
					...hop.headers
				},
				body: body ?? null,
				headersTimeout: idleTimeout,
				bodyTimeout: idleTimeout
			});
		} catch (error) {
			throw failedBody() ?? translate(error, route.name);
		}
	};
	const translate = (error, name) => {
		if (closed) return new Failure("CANCELLED", "the run has ended", { cause: error });
		return networkFailure(error, name) ?? (error instanceof Error ? error : new Error(String(error)));
	};
	return {
		async send(wanted) {
			if (closed && wanted.socket === void 0) throw new Failure("CANCELLED", "the run has ended");
			let hop = {
				url: new URL(wanted.url),
				headers: wanted.headers ?? {}
			};
			for (let redirects = 0;; redirects += 1) {
				const route = dispatchers.routeTo(hop.url, wanted.socket);
				const answer = await exchange(wanted, hop, route);
				log.debug(`${wanted.method} ${hop.url.host}${hop.url.pathname}: ${answer.statusCode}`);
				const next = followed(wanted) ? nextHop(hop, answer) : void 0;
				if (next === void 0) {
					watchPace(answer.body, wanted.idleTimeout ?? usualTimeout);
					return response(answer, hop.url, (error) => translate(error, route.name));
				}
				await answer.body.dump().catch(() => {});
				if (redirects === mostRedirects) throw new Failure("NETWORK_FAILED", `${hop.url.host} redirects more than ${mostRedirects} times`);
				hop = next;
			}
		},
		async close() {
			closed = true;
			await dispatchers.close();
		}
	};
}
function followed({ method, socket }) {
	return (method === "GET" || method === "HEAD") && socket === void 0;
}
function nextHop(hop, answer) {
	const { location } = answer.headers;
	try {
		return redirectedHop(hop, answer.statusCode, Array.isArray(location) ? location[0] : location);
	} catch (error) {
		answer.body.on("error", () => {}).destroy();
		throw error;
	}
}
function response(answer, url, translate) {
	const headers = Object.entries(answer.headers).flatMap(([name, value]) => value === void 0 ? [] : [[name.toLowerCase(), [value].flat().join(", ")]]);
	return {
		status: answer.statusCode,
		headers: Object.fromEntries(headers),
		url: url.href,
		body: translatedBody(answer.body, translate)
	};
}
/** Watches a body that is sent, so that its own failure (a file that cannot be read) is not taken for the network's. */
function errorOf(body) {
	let failed;
	if (body instanceof Readable) body.once("error", (error) => failed ??= error);
	return () => failed;
}
// src/platform/machine.ts
/** The machine that we run on; `temp` is the folder for this run. Fails with INPUT_INVALID on a system that the tools have no release for. */
function thisMachine(temp, workspace) {
	const architecture = architectureOfNode(process.arch);
	const os = process.platform;
	if (architecture === void 0 || os !== "linux" && os !== "darwin") throw new Failure("INPUT_INVALID", `apko and melange have no release for ${os} on ${process.arch}`, { hint: "Run on Linux or macOS, for example `runs-on: ubuntu-latest`." });
	return {
		os,
		architecture,
		temp,
		workspace,
		dockerConfig: process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"),
		dockerHost: process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"
	};
}
/** Where folders of a run are made: the runner's temp, else the system's. */
function tempRoot() {
	return process.env["RUNNER_TEMP"] ?? tmpdir();
}
/** Below the runner's temp, which is the same path in every job and wiped with it; on a laptop in the user's cache folder. */
function cacheFolder() {
	const temp = process.env["RUNNER_TEMP"];
	return temp === void 0 ? join(userCache(), "giropops-build", "cache") : join(temp, "giropops-cache");
}
/** The runner's tool cache, else one of our own in the user's cache folder. */
function toolCacheFolder() {
	return process.env["RUNNER_TOOL_CACHE"] ?? join(userCache(), "giropops-build", "tools");
}
/** As the XDG Base Directory Specification has it: a path that is empty or not absolute is ignored. */
function userCache() {
	const named = process.env["XDG_CACHE_HOME"];
	return named !== void 0 && isAbsolute(named) ? named : join(homedir(), ".cache");
}
// src/platform/patience.ts
const firstBackoff = 500;
/** Below this, the log would tell of a wait of no time. */
const shortestWait = 100;
const longestBackoff = 3e4;
/** The Patience port: exponential backoff with full jitter, never sooner than the other side asked for. */
function openPatience({ deadline, clock, random, log }) {
	return { async retry(what, attempt) {
		let failing;
		for (let tries = 0;; tries += 1) try {
			return await attempt(tries);
		} catch (error) {
			if (!(error instanceof Transient)) throw error;
			const now = clock.now().getTime();
			failing ??= now;
			const wait = Math.max(error.retryAfter ?? 0, shortestWait, random() * backoff(tries));
			const reason = error.message.startsWith(`${what}: `) ? error.message : `${what}: ${error.message}`;
			if (now + wait - failing > deadline) {
				if (deadline > 0) log.info(`${reason}, given up (try ${tries + 1}; ${outOf(wait, deadline)})`);
				throw error.failure;
			}
			log.info(`${reason}, again in ${seconds(wait)} (try ${tries + 2})`);
			await clock.sleep(wait);
		}
	} };
}
function backoff(tries) {
	return Math.min(longestBackoff, firstBackoff * 2 ** tries);
}
function outOf(wait, deadline) {
	return `a wait of ${seconds(wait)} would pass the deadline of ${seconds(deadline)}`;
}
function seconds(milliseconds) {
	return `${(milliseconds / 1e3).toFixed(1)} s`;
}
// src/platform/child-environment.ts
const secretNames = /* @__PURE__ */ new Set([
	"GITHUB_TOKEN",
	"GH_TOKEN",
	"COSIGN_PASSWORD"
]);
/** Files by which a step speaks to the runner: outputs and PATH of later steps are not for other programs to set. */
const commandFiles = /* @__PURE__ */ new Set([
	"GITHUB_OUTPUT",
	"GITHUB_STATE",
	"GITHUB_ENV",
	"GITHUB_PATH",
	"GITHUB_STEP_SUMMARY"
]);
const secretPrefixes = [
	"INPUT_",
	"STATE_",
	"ACTIONS_",
	"GIROPOPS_"
];
const scannerPrefixes = ["GRYPE_", "TRIVY_"];
/** Settings of the scanners that let no finding be passed over: how old a database may be, and how trivy gets to its registry. */
const scannerNames = /* @__PURE__ */ new Set([
	"GRYPE_DB_MAX_ALLOWED_BUILT_AGE",
	"TRIVY_USERNAME",
	"TRIVY_PASSWORD",
	"TRIVY_REGISTRY_TOKEN",
	"TRIVY_CACERT",
	"TRIVY_INSECURE"
]);
/** The environment that other programs get: ours without inputs, state, tokens, the runner's command files, what is meant for us alone, and settings that make a scanner blind. */
function childEnvironment(ours, added = {}) {
	const kept = Object.entries(ours).flatMap(([name, value]) => value === void 0 || isSecret(name) || isOfScanner(name) ? [] : [[name, value]]);
	return {
		...Object.fromEntries(kept),
		...added
	};
}
function isSecret(name) {
	return secretNames.has(name) || commandFiles.has(name) || secretPrefixes.some((prefix) => name.startsWith(prefix));
}
function isOfScanner(name) {
	return !scannerNames.has(name) && scannerPrefixes.some((prefix) => name.startsWith(prefix));
}
// src/platform/kept-output.ts
/** Keeps the last `most` bytes or a little more of what a program printed, so that a long log does not fill the memory. */
function keepOutput(most) {
	const chunks = [];
	let size = 0;
	return {
		write(chunk) {
			chunks.push(chunk);
			size += chunk.length;
			for (let first = chunks[0]; first !== void 0 && size - first.length >= most; first = chunks[0]) {
				chunks.shift();
				size -= first.length;
			}
		},
		text() {
			const decoder = new StringDecoder("utf8");
			return decoder.write(Buffer.concat(chunks)) + decoder.end();
		}
	};
}
// src/platform/lines.ts
/** Cuts UTF-8 bytes into lines at LF, CR or CRLF, however they were split; a long line comes whole. */
function openLines(onLine) {
	const decoder = new StringDecoder("utf8");
	let parts = [];
	let afterCarriageReturn = false;
	const take = (text) => {
		if (text === "") return;
		const from = afterCarriageReturn && text.startsWith("\n") ? 1 : 0;
		afterCarriageReturn = text.endsWith("\r");
		const [first = "", ...rest] = text.slice(from).split(/\r\n|\n|\r/);
		parts.push(first);
		for (const piece of rest) {
			onLine(parts.join(""));
			parts = [piece];
		}
	};
	return {
		write: (chunk) => take(decoder.write(chunk)),
		end() {
			take(decoder.end());
			const last = parts.join("");
			parts = [];
			if (last !== "") onLine(last);
		}
	};
}
// src/platform/spawn-failure.ts
/** What to throw when a program could not be started: `code` is the system's (`ENOENT`), `cause` the error that told it. */
function spawnFailure(tool, code, cause) {
	const isPath = tool.includes("/");
	if (code === "ENOENT" && !(isPath && existsSync(tool))) {
		const message = isPath ? `there is no program ${tool}` : `there is no program "${tool}" on PATH`;
		return new Failure("TOOL_MISSING", message, {
			hint: isPath ? "Correct the path." : `Install ${tool}, or add its folder to PATH.`,
			cause
		});
	}
	return new Failure("TOOL_UNSUITED", `cannot start ${tool}: ${reasons[code] ?? code}`, {
		hint: `Take a build of it that is made for ${process.platform} on ${process.arch}, and executable.`,
		cause
	});
}
const reasons = {
	ENOENT: "the loader or library that it is linked with is not on this machine",
	EACCES: "it is not executable",
	ENOEXEC: "exec format error, it is made for another kind of machine",
	EISDIR: "it is a folder"
};
// src/platform/spawned.ts
/** Bytes of each stream that `Finished` keeps, unless told: the last ones. */
const usualBytes = 1048576;
/** Milliseconds that we wait for output after the exit: a grandchild may hold the pipe open for ever. */
const outputGrace = 2e3;
/** Runs the program in a process group of its own until it and its output have ended. A death by signal N is code 128 + N. */
function runSpawned(command, { env, onLine, onStart, keptBytes = usualBytes }) {
	const { tool, args, cwd, input, timeLimit } = command;
	return new Promise((resolve, reject) => {
		const child = spawn(tool, [...args], {
			...cwd !== void 0 && { cwd },
			env,
			detached: true
		});
		let timedOut = false;
		const outOfTime = () => {
			timedOut = true;
			killGroup(child);
		};
		const limit = timeLimit === void 0 ? void 0 : setTimeout(outOfTime, timeLimit);
		const collect = [child.stdout, child.stderr].map((stream) => {
			const lines = openLines(onLine);
			const kept = keepOutput(keptBytes);
			stream.on("data", (chunk) => {
				kept.write(chunk);
				lines.write(chunk);
			});
			return {
				lines,
				kept
			};
		});
		child.once("error", (error) => {
			clearTimeout(limit);
			reject(cwd !== void 0 && !existsSync(cwd) ? /* @__PURE__ */ new Error(`there is no folder ${cwd}`) : spawnFailure(tool, error.code ?? "", error));
		});
		child.once("exit", () => {
			const timer = setTimeout(() => {
				child.stdout.destroy();
				child.stderr.destroy();
			}, outputGrace);
			child.once("close", () => clearTimeout(timer));
		});
		child.once("close", (code, signal) => {
			for (const { lines } of collect) lines.end();
			const [stdout = "", stderr = ""] = collect.map(({ kept }) => kept.text());
			const { pid } = child;
			clearTimeout(limit);
			resolve({
				code: exitCode(code, signal),
				stdout,
				stderr,
				...pid !== void 0 && { pid },
				...timedOut && { timedOut }
			});
		});
		child.stdin.on("error", () => {});
		child.stdin.end(input ?? "");
		if (child.pid !== void 0) onStart(child);
	});
}
function exitCode(code, signal) {
	return code ?? 128 + (signal === null ? 0 : constants$1.signals[signal]);
}
// src/platform/processes.ts
/** Milliseconds that `ask` gives a program, unless told. */
const askLimit = 6e4;
/** Bytes of each stream that `ask` keeps: answers are read whole. */
const askedBytes = 67108864;
/**
* The Processes port. `ask` still works after a cancel, so that what was left behind can be swept; one that a cancel meets is
* interrupted, and fails with CANCELLED.
*/
function openProcesses({ env, children }) {
	return {
		async ask(command) {
			const before = children.cancelled;
			const timeLimit = command.timeLimit ?? askLimit;
			const finished = await runSpawned({
				...command,
				timeLimit
			}, {
				env: childEnvironment(env, command.env),
				keptBytes: askedBytes,
				onLine: () => {},
				onStart: (child) => children.add(child)
			});
			if (children.cancelled && !before) throw cancelled(command);
			if (finished.timedOut === true) throw tooLong(command, timeLimit);
			return finished;
		},
		async run(command) {
			if (children.cancelled) throw cancelled(command);
			const finished = await runSpawned(command, {
				env: childEnvironment(env, command.env),
				onLine: command.onLine,
				onStart: (child) => children.add(child)
			});
			if (children.cancelled) throw cancelled(command);
			return finished;
		}
	};
}
function nameOf({ tool }) {
	return tool.split("/").at(-1) ?? tool;
}
function cancelled(command) {
	return new Failure("CANCELLED", `the run was cancelled, ${nameOf(command)} with it`);
}
/** Only the first argument is told, and no option: others may be secret. */
function tooLong(command, limit) {
	const [first = ""] = command.args;
	const verb = /^[a-z][a-z-]*$/.test(first) ? ` ${first}` : "";
	return new Failure("TOOL_FAILED", `${nameOf(command)}${verb} did not end within ${limit / 1e3} s and was ended`, { hint: `Run it by hand to see what ${nameOf(command)} waits for: ${command.tool}` });
}
// src/platform/event-payload.ts
/** What the event tells of the repository, of who asks, and of the pull request or release it is about. */
function readPayload(payload, actor) {
	const { repository, pull_request: pull } = payload;
	const head = pull?.["head"]?.repo?.full_name;
	return {
		stranger: pull !== void 0 && head !== repository?.full_name || actor === "dependabot[bot]",
		...repositoryOf(payload),
		...whereTold({ baseRef: textAt(pull?.["base"], "ref") ?? pushedFrom(payload) }),
		...pullRequestOf(payload),
		...releaseOf(payload)
	};
}
function repositoryOf({ repository }) {
	const visibility = repository?.["private"];
	const license = textAt(repository?.["license"], "spdx_id");
	return {
		...typeof visibility === "boolean" ? { privateRepository: visibility } : {},
		...ownerKindOf(textAt(repository?.owner, "type")),
		...whereTold({
			defaultBranch: textAt(repository, "default_branch"),
			description: textAt(repository, "description"),
			license: license === "NOASSERTION" ? void 0 : license
		})
	};
}
function ownerKindOf(type) {
	if (type === "Organization") return { ownerKind: "organization" };
	return type === "User" ? { ownerKind: "user" } : {};
}
/** The branch that a git tag was pushed from, which the event tells now and then. */
function pushedFrom(payload) {
	return textAt(payload, "base_ref")?.replace(/^refs\/heads\//, "");
}
function pullRequestOf({ pull_request: pull }) {
	const number = pull?.number;
	if (typeof number !== "number") return {};
	return { pullRequest: {
		number,
		...whereTold({ headCommit: textAt(pull?.["head"], "sha") })
	} };
}
function releaseOf({ release }) {
	const tag = textAt(release, "tag_name");
	if (tag === void 0) return {};
	const is = (name) => release[name] === true;
	return { release: {
		tag,
		draft: is("draft"),
		prerelease: is("prerelease")
	} };
}
function textAt(value, name) {
	const found = typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : "";
	return typeof found === "string" && found !== "" ? found : void 0;
}
function whereTold(values) {
	const told = Object.entries(values).filter(([, value]) => value !== void 0);
	return Object.fromEntries(told);
}
// src/platform/run-context.ts
/** What GitHub tells of the run, or on a laptop what git tells of the workspace. */
async function readRunContext(workspace, { processes, log }) {
	const git = async (...args) => {
		const asked = await processes.ask({
			tool: "git",
			args: [
				"-C",
				workspace,
				"-c",
				`safe.directory=${workspace}`,
				...args
			]
		}).catch(() => void 0);
		return asked?.code === 0 ? asked.stdout.trim() || void 0 : void 0;
	};
	const time = await git("log", "-1", "--format=%ct");
	const commitTime = time === void 0 ? {} : { commitTime: Number(time) };
	if (process.env["GITHUB_ACTIONS"] !== "true") {
		const [commit, ref] = [await git("rev-parse", "HEAD"), await git("symbolic-ref", "-q", "HEAD")];
		return {
			workflow: false,
			...commitTime,
			...commit === void 0 ? {} : { commit },
			...ref === void 0 ? {} : { ref }
		};
	}
	await dropBrokenEvent(log);
	const { context } = await import("./github.js");
	const { owner, repo } = context.repo;
	return {
		workflow: true,
		...commitTime,
		repository: `${owner}/${repo}`,
		actor: context.actor,
		event: context.eventName,
		commit: context.sha,
		ref: context.ref,
		url: `${context.serverUrl}/${owner}/${repo}/actions/runs/${context.runId}`,
		server: context.serverUrl,
		api: context.apiUrl,
		...readEnvironment(process.env),
		...readPayload(context.payload, context.actor)
	};
}
/** `@actions/github` reads the event as it is loaded, and throws when that is no JSON. It is no reason to stop: all but the event is known. */
async function dropBrokenEvent(log) {
	const file = process.env["GITHUB_EVENT_PATH"];
	if (!file || !existsSync(file)) return;
	const text = await readFile(file, "utf8").catch(() => "");
	if (parseObject(text) !== void 0) return;
	log.warning(`the event of this run cannot be read, and what it tells is left out: ${file} is no JSON object`);
	delete process.env["GITHUB_EVENT_PATH"];
}
/** What only the environment of a job tells. */
function readEnvironment(env) {
	const url = env["ACTIONS_ID_TOKEN_REQUEST_URL"];
	const requestToken = env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
	const texts = {
		workflowRef: env["GITHUB_WORKFLOW_REF"],
		attempt: env["GITHUB_RUN_ATTEMPT"],
		repositoryId: env["GITHUB_REPOSITORY_ID"],
		ownerId: env["GITHUB_REPOSITORY_OWNER_ID"],
		runner: env["RUNNER_ENVIRONMENT"]
	};
	return {
		...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== void 0 && text !== "")),
		...url && requestToken ? { identity: {
			url,
			requestToken
		} } : {}
	};
}
// src/platform/runner-cache.ts
/** The JobCache port over the runner's cache service. Where there is none (a laptop, GHES without it), nothing is found or kept. */
function openRunnerCache({ env, load, log, restoreAtMost, saveAtMost }) {
	const isThere = [env["ACTIONS_RESULTS_URL"], env["ACTIONS_CACHE_URL"]].some((url) => (url ?? "") !== "");
	const attempt = async (what, most, work) => {
		try {
			if (!isThere) return void 0;
			const toolkit = await load();
			if (toolkit.isFeatureAvailable()) return await within(most, work(toolkit));
			log.debug("the runner has no cache service");
		} catch (error) {
			log.warning(`the runner's cache: cannot ${what}: ${error instanceof Error ? error.message : String(error)}`);
		}
	};
	return {
		restore: (key, prefixes, folder) => attempt(`restore ${key}`, restoreAtMost, (toolkit) => toolkit.restoreCache([folder], key, [...prefixes])),
		async save(key, folder) {
			await attempt(`save ${key}`, saveAtMost, (toolkit) => toolkit.saveCache([folder], key));
		}
	};
}
async function within(most, work) {
	const { promise, reject } = Promise.withResolvers();
	const seconds = Math.round(most / 1e3);
	const timer = setTimeout(() => reject(/* @__PURE__ */ new Error(`no end after ${seconds} s, not waited for any more`)), most);
	try {
		return await Promise.race([work, promise]);
	} finally {
		clearTimeout(timer);
	}
}
// src/platform/tool-cache.ts
/**
* The ToolCache port in a folder laid out as @actions/tool-cache does: an entry counts when its marker is there too. Ours
* come in one rename, after the marker; a folder without one is what a crash left, and is replaced. `close` removes fresh
* folders that are still there.
*/
function openToolCache(folder) {
	const workshop = join(folder, ".giropops");
	const ours = /* @__PURE__ */ new Set();
	let swept;
	const place = ({ tool, version, arch }) => {
		const target = join(folder, tool, version, arch);
		return {
			target,
			marker: `${target}.complete`
		};
	};
	const fresh = async () => {
		await mkdir(workshop, { recursive: true });
		const made = await mkdtemp(join(workshop, `${process.pid}-`));
		ours.add(made);
		return made;
	};
	const remove = async (made) => {
		await rm(made, {
			recursive: true,
			force: true
		});
		ours.delete(made);
	};
	const setAside = async (target) => {
		if (!existsSync(target)) return;
		const aside = await fresh();
		await rename(target, join(aside, "old")).catch(unless("ENOENT"));
		await remove(aside);
	};
	return {
		async find(entry) {
			if (process.env["GITHUB_ACTIONS"] !== "true") return complete(place(entry));
			const { find } = await import("./tool-cache.js");
			process.env["RUNNER_TOOL_CACHE"] = folder;
			return find(entry.tool, entry.version, entry.arch) || void 0;
		},
		async fresh() {
			try {
				await (swept ??= sweepDeadRuns(workshop));
				return await fresh();
			} catch (cause) {
				throw unusable(folder, cause);
			}
		},
		async adopt(made, entry) {
			const { target, marker } = place(entry);
			try {
				await mkdir(dirname(target), { recursive: true });
				do {
					if (existsSync(target) && existsSync(marker)) return target;
					await setAside(target);
					await writeFile(marker, "");
				} while (!await movedTo(target, made));
				return target;
			} catch (cause) {
				throw unusable(folder, cause);
			}
		},
		async discard(entry) {
			const { target, marker } = place(entry);
			try {
				await rm(marker, { force: true });
				await setAside(target);
			} catch (cause) {
				throw unusable(folder, cause);
			}
		},
		async close() {
			for (const made of ours) await remove(made);
		}
	};
}
/** As the runner's own look-up, which would write its commands on a terminal. */
function complete({ target, marker }) {
	return existsSync(target) && existsSync(marker) ? target : void 0;
}
/** Whether the folder is there now; false when something else is. */
async function movedTo(target, made) {
	return rename(made, target).then(() => true, unless("ENOTEMPTY", "EEXIST", "ENOTDIR"));
}
function unless(...expected) {
	return (error) => {
		if (expected.includes(error.code ?? "")) return false;
		throw error;
	};
}
function unusable(folder, cause) {
	const { code } = cause;
	if (code === "ENOSPC" || code === "EDQUOT") return new Failure("DISK_FULL", `no space left in ${folder} for the tool cache`, {
		hint: "Make room there, or name another folder in RUNNER_TOOL_CACHE.",
		cause
	});
	if (![
		"EACCES",
		"EPERM",
		"EROFS",
		"ENOTDIR"
	].includes(code ?? "")) return cause;
	return new Failure("DOWNLOAD_FAILED", `cannot write to the tool cache ${folder} (${code})`, {
		hint: "Name a folder that this user may write to in RUNNER_TOOL_CACHE.",
		cause
	});
}
// src/platform/open-world.ts
/** Opens the real world behind the ports. */
async function openWorld({ log, secrets, workspace }, deadline) {
	const root = await realpath(tempRoot());
	await sweepDeadRuns(root, {
		prefix: "giropops-",
		secrets: ["key"]
	});
	const temp = await makeRunFolder(root, "giropops-");
	const machine = thisMachine(temp, workspace);
	const [cancelled, children] = [new AbortController(), openChildren()];
	const clock = openClock(cancelled.signal);
	const idleTimeout = Math.min(6e4, Math.max(5e3, deadline));
	const userAgent = `giropops-build/${ownVersion()}`;
	const http = openHttp({
		env: process.env,
		userAgent,
		log,
		idleTimeout
	});
	const processes = openProcesses({
		env: process.env,
		children
	});
	const toolCache = openToolCache(toolCacheFolder());
	const claimed = openClaimedFolders();
	const dispose = async () => {
		await http.close();
		children.killAll();
		await toolCache.close();
		await claimed.release();
		await rm(temp, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	};
	return {
		log,
		secrets,
		machine,
		cacheFolder: cacheFolder(),
		version: ownVersion(),
		clock,
		http,
		processes,
		toolCache,
		jobCache: openRunnerCache({
			env: process.env,
			load: () => import("./cache.js"),
			log,
			restoreAtMost: 12e4,
			saveAtMost: 3e5
		}),
		claimFolder: (folder) => claimed.claim(folder),
		patience: openPatience({
			deadline,
			clock,
			random: Math.random,
			log
		}),
		context: await readRunContext(machine.workspace, {
			processes,
			log
		}),
		async cancel(grace) {
			cancelled.abort();
			await children.cancelAll(grace);
			await http.close();
		},
		async abandon() {
			await dispose();
			await rm(`${temp}-output`, {
				recursive: true,
				force: true
			});
		},
		[Symbol.asyncDispose]: dispose
	};
}
export { runStage as n, testPackages as r, openWorld as t };

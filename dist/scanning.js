import { D as throwIfAny, O as Failure, f as failOnText } from "./start.js";
import { n as require_tar_stream } from "./vendor.js";
import { C as cleanTag, Ct as Transient, Dt as parseObject$1, E as readVulnerabilities, Et as asObject, F as byWeight, G as formatSize, I as rankOf, L as severities, N as bundleType, O as openReferrers, P as vulnerabilitiesType, Q as findLogin, R as uploadSarif, Tt as parseRetryAfter, Z as sha256OfFile, a as readDatabaseWish, b as oneTry, bt as partOutcomes, ht as openGithub, i as publishedPlaces, j as isPullRequest, o as withoutLogin, ot as formatRepository, tt as openRepository, v as declaredRecipe, vt as eachAlone, wt as readAtMost, x as openDestination, yt as foreseen } from "./oci.js";
import { Transform } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { createGunzip, gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline as pipeline$1 } from "node:stream/promises";
// src/scan/sarif-rule.ts
const levels = {
	critical: "error",
	high: "error",
	medium: "warning",
	low: "note",
	negligible: "note",
	unknown: "note"
};
/** In GitHub's ranges: critical above 9.0, high from 7.0, medium from 4.0, low from 0.1. */
const scores = {
	critical: "9.5",
	high: "8.0",
	medium: "5.5",
	low: "2.0",
	negligible: "0.5",
	unknown: "0.1"
};
const longest$1 = 1e3;
function levelOf(severity) {
	return levels[severity];
}
/** The rule of a vulnerability, from all findings of it: its severity is that of the worst. `description` may be empty. */
function ruleOf(findings, description) {
	const [worst = findings[0]] = findings.toSorted(byWeight);
	const packages = [...new Set(findings.map((each) => each.package))];
	const { id, severity, url } = worst;
	const title = `${id} (${severity}) in ${shortened$1(packages.join(", "), 200)}`;
	const full = description === "" ? title : shortened$1(description, longest$1);
	const help = [
		full,
		fixes(findings),
		...remarks(worst)
	];
	return {
		id,
		name: id,
		shortDescription: { text: title },
		fullDescription: { text: full },
		help: {
			text: help.join("\n"),
			markdown: help.map(escaped).join("\n\n")
		},
		...url !== void 0 && URL.canParse(url) ? { helpUri: url } : {},
		defaultConfiguration: { level: levels[severity] },
		properties: {
			tags: tagsOf(worst, findings),
			precision: "very-high",
			"security-severity": scores[severity]
		}
	};
}
function remarks({ aliases, exploited, epss, url }) {
	return [
		...aliases.length === 0 ? [] : [`Also known as ${aliases.join(", ")}.`],
		...exploited ? ["It is known to be exploited (CISA)."] : [],
		...epss === void 0 ? [] : [`Probability of an exploit within 30 days (EPSS): ${percent(epss)}.`],
		...url === void 0 ? [] : [`More: ${url}`]
	];
}
/** GitHub takes twenty tags of a rule and shows ten. */
function tagsOf(worst, findings) {
	const kinds = new Set(findings.map(({ kind }) => kind));
	return [...[
		"security",
		"vulnerability",
		worst.severity,
		...worst.exploited ? ["known-exploited"] : []
	], ...kinds].slice(0, 10);
}
function fixes(findings) {
	const texts = findings.map(({ package: name, fixedIn }) => fixedIn.length === 0 ? `${name}: no mended version is known` : `${name}: mended in ${fixedIn.join(", ")}`);
	return `${shortened$1([...new Set(texts)].join("; "), longest$1)}.`;
}
/** At most so many characters, whole ones. */
function shortened$1(text, most) {
	return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
function percent(share) {
	return `${(share * 100).toFixed(1)} %`;
}
/** Words of databases are text: nothing in them is to become a link, an image or a heading. */
function escaped(text) {
	return text.replaceAll(/[\\`*_{}[\]<>#|!~]/g, "\\$&").replaceAll(/[\r\n]+/g, " ");
}
// src/scan/sarif.ts
/** Results of a run that GitHub keeps; it refuses more than 25,000 and leaves out what is beyond these. */
const shownResults = 5e3;
const homes = {
	grype: "https://github.com/anchore/grype",
	trivy: "https://github.com/aquasecurity/trivy"
};
/** The document of several images, a run with a category each; of every run the `most` worst results, and a word on the cut. */
function sarifOf(images, most = shownResults) {
	return {
		$schema: "https://json.schemastore.org/sarif-2.1.0.json",
		version: "2.1.0",
		runs: images.map((image) => runOf(image, most))
	};
}
/** How GitHub tells an image's results from those of others: `giropops/<name>/`. */
function categoryOf(name) {
	return `giropops/${name}/`;
}
function runOf({ name, scanner, findings, descriptions }, most) {
	const kept = findings.slice(0, most);
	const rules = rulesOf(kept, descriptions);
	const indexes = new Map(rules.map(({ id }, index) => [id, index]));
	const seen = /* @__PURE__ */ new Map();
	const cut = findings.length - kept.length;
	return {
		tool: { driver: {
			name: scanner.name,
			version: scanner.version,
			informationUri: homes[scanner.name],
			rules,
			properties: {
				databaseBuilt: scanner.database.built,
				databaseSource: scanner.database.source
			}
		} },
		automationDetails: { id: categoryOf(name) },
		invocations: [{
			executionSuccessful: true,
			toolExecutionNotifications: cut === 0 ? [] : [cutNote(cut, kept)]
		}],
		columnKind: "utf16CodeUnits",
		results: kept.map((finding) => {
			const print = fingerprintOf(finding);
			const count = (seen.get(print) ?? 0) + 1;
			seen.set(print, count);
			return resultOf(finding, {
				ruleIndex: indexes.get(finding.id) ?? -1,
				print: `${print}:${count}`
			});
		})
	};
}
function rulesOf(findings, descriptions) {
	return [...Map.groupBy(findings, ({ id }) => id)].flatMap(([id, [first, ...rest]]) => first === void 0 ? [] : [ruleOf([first, ...rest], descriptions.get(id) ?? "")]);
}
function cutNote(cut, kept) {
	return {
		level: "warning",
		message: { text: `${cut} more findings, of severity ${kept.at(-1)?.severity ?? "critical"} or below, are left out: GitHub keeps no more. The build record has all.` }
	};
}
function resultOf(finding, { ruleIndex, print }) {
	const { id, severity, package: name, version, kind, platforms, fixedIn, purl, chain = [] } = finding;
	const mended = fixedIn.length === 0 ? "no mended version is known" : `mended in ${fixedIn.join(", ")}`;
	const along = chain.length > 1 ? `, brought in by ${shortened$1(chain.slice(0, -1).join(" → "), 300)}` : "";
	return {
		ruleId: id,
		ruleIndex,
		level: levelOf(severity),
		message: { text: `${name} ${version} (${platforms.join(", ")}) has ${id}, ${severity}: ${mended}${along}.` },
		locations: [locationOf(finding)],
		partialFingerprints: { primaryLocationLineHash: print },
		properties: {
			package: name,
			version,
			kind,
			platforms,
			fixedIn,
			...purl === void 0 ? {} : { purl }
		}
	};
}
/** The same for every version and line: what is mended and comes back is the same alert. */
function fingerprintOf({ id, kind, package: name }) {
	return createHash("sha256").update(JSON.stringify([
		id,
		kind,
		name
	])).digest("hex").slice(0, 16);
}
function locationOf({ at }) {
	const { file = "apko.yaml", line = 1, column } = at ?? {};
	return { physicalLocation: {
		artifactLocation: {
			uri: file.split("/").map(encodeURIComponent).join("/"),
			uriBaseId: "%SRCROOT%"
		},
		region: {
			startLine: line,
			...column === void 0 ? {} : { startColumn: column }
		}
	} };
}
// src/scan/sarif-files.ts
/** What GitHub refuses beyond: runs of a document, bytes of it compressed. */
const mostRuns = 20;
const mostBytes$2 = 10485760;
/** The findings of all images in as few documents as GitHub takes them in; of each run the worst that fit. */
function sarifFiles(images, limits = {
	results: shownResults,
	bytes: mostBytes$2
}) {
	const files = [];
	for (let at = 0; at < images.length; at += mostRuns) files.push(fileOf(images.slice(at, at + mostRuns), limits));
	return files;
}
function fileOf(images, { results, bytes }) {
	for (let most = results;; most = Math.floor(most / 2)) {
		const json = JSON.stringify(sarifOf(images, most));
		const gzip = gzipSync(json);
		if (gzip.length <= bytes || most === 0) {
			const cut = images.flatMap(({ name, findings }) => findings.length > most ? [`${name}: ${findings.length - most} of ${findings.length}`] : []);
			return {
				images: images.map(({ name }) => name),
				json,
				gzip,
				cut
			};
		}
	}
}
// src/pipeline/report-findings.ts
/** Writes the SARIF documents of a run, `findings.sarif`; several where GitHub does not take all in one. */
async function reportFindings(scanned, wish, world) {
	const files = /* @__PURE__ */ new Map();
	if (wish.plan.sarif === "false") return {
		files,
		upload: async () => {}
	};
	const documents = sarifFiles(scanned.map(({ image, findings, descriptions, scan }) => ({
		name: image.plan.file.name,
		scanner: scan.scanner,
		findings,
		descriptions
	})));
	for (const [at, { json, images, cut }] of documents.entries()) {
		const file = at === 0 ? "findings.sarif" : `findings-${at + 1}.sarif`;
		await writeFile(join(wish.output, file), json);
		for (const { image } of scanned.filter((each) => images.includes(each.image.plan.file.name))) files.set(image.plan.file.file, file);
		if (cut.length > 0) world.log.warning(`${file}: GitHub takes no more, so the least findings are left out of it: ${cut.join(", ")}; the build record has all`);
	}
	return {
		files,
		upload: () => uploadAll(documents, wish, world)
	};
}
async function uploadAll(documents, wish, world) {
	const target = targetOf(wish, world);
	if (target === void 0) return;
	const { log, clock } = world;
	const { api, token, ...place } = target;
	try {
		const github = openGithub({
			api,
			token
		}, world);
		for (const { gzip } of documents) {
			const upload = {
				...place,
				gzip,
				tool: wish.plan.scanner,
				startedAt: clock.now()
			};
			tell(await uploadSarif(upload, {
				github,
				clock,
				deadline: wish.inputs.deadline
			}), place.repository, log);
		}
	} catch (error) {
		for (const { message } of foreseen(error)) log.warning(`findings were not uploaded: ${message}`);
	}
}
/** Where the findings go; undefined when nowhere, which is said where somebody may expect them. */
function targetOf({ plan, inputs }, { context, log }) {
	const { workflow, event, repository, commit, ref = "", api = "https://api.github.com" } = context;
	const token = inputs["github-token"];
	if (plan.sarif !== "upload" || !workflow || repository === void 0 || commit === void 0) return void 0;
	if (event === "pull_request_target" || !/^refs\/(heads|tags|pull)\//.test(ref)) {
		log.notice(`findings are not uploaded on ${event ?? "this event"} (${ref}): they would count as those of another branch`);
		return;
	}
	if (token !== void 0) return {
		repository,
		commit,
		ref,
		api,
		token
	};
	log.notice(`findings are not uploaded: there is no token for ${api}; give github-token, or say \`sarif: file\``);
}
function tell(outcome, repository, log) {
	switch (outcome.state) {
		case "complete": return log.info(`findings of ${repository} are in its Security tab`);
		case "pending": return log.notice("findings were uploaded; GitHub has not dealt with them yet");
		case "tooLarge": return log.warning("findings were not uploaded: GitHub finds the SARIF document too large; it is in the output folder");
		case "failed": return log.warning(`GitHub could not take the findings: ${outcome.words}; the SARIF document is in the output folder`);
		case "refused": return log.notice(`findings are not shown in the Security tab: ${outcome.words.replace(/[.\s]+$/, "")}. Add \`security-events: write\` to the permissions of the job, and turn code scanning on (private repositories need GitHub Advanced Security); or say \`sarif: file\`.`);
	}
}
// src/scan/compare.ts
/** Compares findings with earlier ones. The same vulnerability of the same package in another version is neither new nor gone. */
function compareFindings(now, earlier) {
	const [present, before] = [byKey(now), byKey(earlier)];
	return {
		added: missingIn(before, present),
		gone: missingIn(present, before)
	};
}
function byKey(findings) {
	return new Map(findings.map(({ id, package: name, version, severity }) => [`${id} ${name}`, {
		id,
		package: name,
		version,
		severity
	}]));
}
function missingIn(some, others) {
	return [...others].flatMap(([key, finding]) => some.has(key) ? [] : [finding]);
}
// src/scan/image-findings.ts
/** Joins what was found on the platforms of an image. */
function findingsOfImage(scans) {
	const found = /* @__PURE__ */ new Map();
	const descriptions = /* @__PURE__ */ new Map();
	for (const { platform, findings } of scans) for (const { description = "", ...finding } of findings) {
		if (description.trim() !== "") descriptions.set(finding.id, description.trim());
		const here = {
			...finding,
			platforms: [platform]
		};
		const key = keyOf$1(here);
		const known = found.get(key);
		found.set(key, known === void 0 ? here : joined(known, here));
	}
	return {
		findings: [...found.values()].sort(byWeight),
		descriptions
	};
}
/** What makes two findings the same one. */
function keyOf$1({ id, kind, package: name, version }) {
	return JSON.stringify([
		id,
		kind,
		name,
		version
	]);
}
function joined(known, other) {
	const [worse = known] = [known, other].sort(byWeight);
	return {
		...known,
		severity: worse.severity,
		aliases: union(known.aliases, other.aliases),
		fixedIn: union(known.fixedIn, other.fixedIn),
		platforms: union(known.platforms, other.platforms)
	};
}
function union(a, b) {
	return [.../* @__PURE__ */ new Set([...a, ...b])];
}
// src/scan/policy.ts
/**
* Whether a finding is one that `fail-on` names. `negligible` names everything, so also what has no severity yet: nobody knows how
* bad that is.
*/
function isNamed(finding, { severity, exploited, epss }) {
	if (severity === "negligible") return true;
	if (severity !== void 0 && rankOf(finding.severity) <= rankOf(severity)) return true;
	if (exploited && finding.exploited === true) return true;
	return epss !== void 0 && finding.epss !== void 0 && finding.epss >= epss;
}
/** Whether a version that has it mended is known. */
function isFixed({ fixedIn }) {
	return fixedIn.length > 0;
}
// src/scan/package-url.ts
/** Reads a package URL; undefined when it is none. */
function parsePackageUrl(text) {
	const [, type, path, version, query] = /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\/([^@?#]+?)\/?(?:@([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/.exec(text.trim()) ?? [];
	if (type === void 0 || path === void 0) return void 0;
	try {
		return {
			type: type.toLowerCase(),
			path: path.split("/").map(decodeURIComponent).join("/"),
			version: version === void 0 || version === "" ? void 0 : decodeURIComponent(version),
			qualifiers: new Map(new URLSearchParams(query?.replaceAll("+", "%2B") ?? ""))
		};
	} catch {
		return;
	}
}
/**
* Whether what is said of one package URL holds for another: all that it names is the same; what it leaves out (version,
* qualifiers, the namespace of an apk) may be anything.
*/
function covers(said, other) {
	if (said.type !== other.type) return false;
	const path = said.type === "apk" && !said.path.includes("/") ? other.path.slice(other.path.lastIndexOf("/") + 1) : other.path;
	if (said.path !== path) return false;
	if (said.version !== void 0 && said.version !== other.version) return false;
	return [...said.qualifiers].every(([key, value]) => other.qualifiers.get(key) === value);
}
// src/scan/vex-match.ts
/** The last word of the documents on a finding; undefined when they say nothing of it. */
function lastWord(finding, statements, image) {
	const names = new Set([finding.id, ...finding.aliases].map((name) => name.toLowerCase()));
	return statements.filter((each) => each.names.some((name) => names.has(name.toLowerCase()))).filter((each) => each.products.some((product) => isMeant(product, finding, image))).reduce((last, each) => last === void 0 || each.time >= last.time ? each : last, void 0);
}
/** A product is the package itself, or the image, of which the parts are meant where some are named. */
function isMeant({ names, parts }, finding, image) {
	if (parts.length === 0 && isPackage(names, finding)) return true;
	if (!isImage(names, image)) return false;
	return parts.length === 0 || parts.some((part) => isPackage(part, finding));
}
function isPackage(names, finding) {
	const { kind, package: name, version, purl } = finding;
	const own = parsePackageUrl(purl ?? `pkg:${kind}/${name}@${encodeURIComponent(version)}`);
	if (own === void 0) return false;
	return names.some((text) => {
		const said = parsePackageUrl(text);
		return said !== void 0 && covers(said, own);
	});
}
/** `pkg:oci/demo@sha256:…?repository_url=ghcr.io/octo/demo`, or a reference `ghcr.io/octo/demo@sha256:…`. */
function isImage(names, { name, digests }) {
	const last = name.slice(name.lastIndexOf("/") + 1);
	return names.some((text) => {
		const said = parsePackageUrl(text);
		const [repository = "", digest] = text.split("@");
		if (said === void 0) return repository === name && (digest === void 0 || digests.includes(digest));
		const where = said.qualifiers.get("repository_url") ?? name;
		return said.type === "oci" && said.path === last && (said.version === void 0 || digests.includes(said.version)) && (where === name || `${where}/${last}` === name);
	});
}
// src/scan/judge.ts
/** Judges an image by what was found in it; pure. */
function judge(found, policy) {
	const { findings, image, scanner, platforms } = found;
	const expired = policy.ignores.filter(({ until }) => until < policy.today);
	const current = policy.ignores.filter((entry) => !expired.includes(entry));
	const used = /* @__PURE__ */ new Set();
	const ignored = [];
	const open = [];
	for (const finding of findings) {
		const entries = current.filter((entry) => isFor(entry, finding, found.origins));
		for (const entry of entries) used.add(entry);
		const [entry] = entries;
		const word = lastWord(finding, policy.vex, image);
		if (entry !== void 0) ignored.push({
			...finding,
			by: "scan-ignore",
			reason: entry.reason,
			until: entry.until
		});
		else if (word?.status === "not_affected" || word?.status === "fixed") ignored.push({
			...finding,
			by: "vex",
			reason: word.reason || word.status
		});
		else open.push(finding);
	}
	const stops = (finding) => isNamed(finding, policy.failOn) && (!policy.onlyFixed || isFixed(finding));
	const failing = open.filter(stops);
	return {
		pass: failing.length === 0,
		failOn: failOnText(policy.failOn),
		onlyFixed: policy.onlyFixed,
		counts: platforms.map(({ platform }) => countsOf(platform, open, ignored)),
		failing,
		others: open.filter((finding) => !stops(finding)),
		ignored,
		expired,
		unused: current.filter((entry) => !used.has(entry)),
		scanner
	};
}
function isFor(entry, finding, origins) {
	const id = entry.vulnerability.toLowerCase();
	if (![finding.id, ...finding.aliases].some((name) => name.toLowerCase() === id)) return false;
	return entry.package === finding.package || entry.package === origins.get(finding.package);
}
function countsOf(platform, open, ignored) {
	const isHere = ({ platforms }) => platforms.includes(platform);
	const count = (severity) => open.filter((each) => each.severity === severity && isHere(each)).length;
	return {
		platform,
		...Object.fromEntries(severities.map((severity) => [severity, count(severity)])),
		ignored: ignored.filter(isHere).length
	};
}
// src/scan/dependents.ts
/** Turns the needs of installed packages round, by name and by what they provide (`so:…`, `cmd:…`); each list in the order of the database. */
function dependentsOf(apks) {
	const owners = /* @__PURE__ */ new Map();
	for (const { name, provides } of apks) for (const other of [name, ...provides.map(nameOf)]) owners.set(other, (owners.get(other) ?? /* @__PURE__ */ new Set()).add(name));
	const dependents = /* @__PURE__ */ new Map();
	for (const { name, depends } of apks) for (const need of depends) for (const owner of owners.get(nameOf(need)) ?? []) if (owner !== name) dependents.set(owner, (dependents.get(owner) ?? /* @__PURE__ */ new Set()).add(name));
	return new Map([...dependents].map(([name, users]) => [name, [...users]]));
}
/**
* The shortest way from a package up to one for which `isNamed` holds, the first of its kind in the order of the database:
* `[openssl, python3, senhas]`; the package alone when it holds for itself, undefined when it holds for none.
*/
function wayUp(name, dependents, isNamed) {
	const from = /* @__PURE__ */ new Map([[name, void 0]]);
	for (const current of from.keys()) {
		if (isNamed(current)) return wayBack(current, from);
		for (const user of dependents.get(current) ?? []) if (!from.has(user)) from.set(user, current);
	}
}
function wayBack(top, from) {
	const way = [];
	for (let each = top; each !== void 0; each = from.get(each)) way.unshift(each);
	return way;
}
/** The name in a need or provision, without its version: `python3>=3.12`, `so:libc.so.6=6`, `pkg@repository`. */
function nameOf(text) {
	return text.replace(/[<>=~@].*$/s, "");
}
// src/scan/source-lines.ts
/** Gives each finding the line of the file that brings its package in: names it, or the nearest package that needs it. */
function placeFindings(findings, platforms, named) {
	const dependents = new Map(platforms.map((each) => [each.platform, dependentsOf(each.relations)]));
	const ways = /* @__PURE__ */ new Map();
	return findings.map((finding) => {
		const [platform = ""] = finding.platforms;
		const key = `${platform} ${finding.package}`;
		if (!ways.has(key)) ways.set(key, findWay(finding.package, dependents.get(platform), named));
		const way = ways.get(key);
		const top = way?.at(-1);
		const at = top === void 0 ? void 0 : named.placeOf(top);
		return at === void 0 || way === void 0 ? {
			...finding,
			at: named.file
		} : {
			...finding,
			at,
			chain: way.toReversed()
		};
	});
}
function findWay(name, dependents, named) {
	return wayUp(name, dependents ?? /* @__PURE__ */ new Map(), (each) => named.placeOf(each) !== void 0);
}
// src/scan/vulnerable.ts
const mostNamed$1 = 5;
/** VULNERABLE, for an image whose findings stop it; names the worst of them, on the line that brings the first one in. */
function vulnerable(image, { failing, failOn, onlyFixed }) {
	const [worst] = failing;
	const named = failing.slice(0, mostNamed$1).map((finding) => `  ${lineOf(finding)}`);
	const more = failing.length - named.length;
	const message = [
		`${image}: ${failing.length === 1 ? "1 finding stops" : `${failing.length} findings stop`} it (fail-on: ${failOn}, only-fixed: ${onlyFixed}); it was not pushed`,
		...named,
		...more > 0 ? [`  and ${more} more, in the summary and the build record`] : []
	].join("\n");
	return new Failure("VULNERABLE", message, {
		at: worst?.at,
		hint: worst === void 0 ? void 0 : hintOf(worst)
	});
}
function lineOf(finding) {
	const { id, severity, package: name, version, fixedIn, platforms, at, chain = [], exploited } = finding;
	const mended = fixedIn.length === 0 ? "no mended version is known" : `mended in ${fixedIn.join(", ")}`;
	const where = at === void 0 ? "" : `; ${at.file}:${at.line ?? 1}`;
	const by = chain.length > 1 ? ` by way of ${chain.slice(0, -1).join(" → ")}` : "";
	return oneLine(`${id} ${severity}${exploited ? ", known to be exploited" : ""}: ${name} ${version} (${platforms.join(", ")}), ${mended}${where}${by}`);
}
function hintOf({ id, package: name, fixedIn }) {
	const [version] = fixedIn;
	return oneLine(`${version === void 0 ? "Take the package out, or wait for a mended version" : `Build again with ${name} ${version} or later (where a lock holds the old one, run once with \`lockfile: update\`)`}; or say why it does no harm, in scan-ignore: ${id} package=${name} reason=… until=YYYY-MM-DD`);
}
/** Databases are not ours: nothing of them begins a line of the log. */
function oneLine(text) {
	return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
// src/pipeline/earlier-findings.ts
/** Bytes of an attestation that are read at most. */
const limit = 16777216;
/**
* The findings of the image that this one comes after: on a pull request that of the branch it goes to, else that of its tag. They are
* told of in the summary and decide nothing, so their signatures are not verified, and a registry that does not answer at the first try
* is passed over. A run that neither pushes nor is for a pull request asks nobody: its image's name may be somebody else's.
*/
async function findEarlier({ repositories: [repository], tags }, { inputs, destinations }, world) {
	const { context, log } = world;
	const isPull = isPullRequest(context);
	const [first] = tags;
	const tag = isPull && context.baseRef !== void 0 ? cleanTag(context.baseRef) : first;
	if (repository === void 0 || !tag) return { state: "none" };
	const name = formatRepository(repository);
	const reference = `${name}:${tag}`;
	const pushed = destinations.get(name);
	if (pushed === void 0 && !isPull) return {
		state: "unknown",
		why: `nothing is pushed to ${name}`
	};
	try {
		const earlier = await askFor(tag, {
			repository,
			login: pushed?.credentials ?? await findLogin(repository, {
				inputs,
				primary: repository.registry
			}, world)
		}, world);
		return earlier === void 0 ? { state: "none" } : {
			state: "found",
			earlier: {
				reference,
				...earlier
			}
		};
	} catch (error) {
		const [failure] = foreseen(error);
		const why = `${reference} could not be asked for: ${failure?.message}`;
		log.debug(`not compared with an earlier scan: ${why}`);
		return {
			state: "unknown",
			why
		};
	}
}
/** In a session of its own that tries once: that of the push waits outages out. */
async function askFor(tag, { repository, login }, world) {
	const quick = {
		...world,
		patience: oneTry
	};
	const destination = openDestination(repository, login, quick);
	const found = await openRepository(destination, quick).getManifest(tag);
	if (found === void 0) return void 0;
	const { digest } = found.descriptor;
	const scan = await latestScan(digest, openReferrers(destination, quick));
	return scan && {
		digest,
		...scan
	};
}
async function latestScan(digest, referrers) {
	const listed = await referrers.list({
		digest,
		artifactType: bundleType
	});
	const created = (annotations = {}) => annotations["org.opencontainers.image.created"] ?? "";
	const [latest] = listed.filter(({ annotations }) => annotations?.["dev.sigstore.bundle.predicateType"] === vulnerabilitiesType).sort((a, b) => created(a.annotations) < created(b.annotations) ? 1 : -1);
	return latest === void 0 ? void 0 : readScan(latest, referrers);
}
async function readScan(entry, referrers) {
	const { blob } = await referrers.read(entry, limit);
	const { payload } = asObject(parseObject$1(blob.toString("utf8"))?.["dsseEnvelope"]) ?? {};
	if (typeof payload !== "string") return void 0;
	const statement = parseObject$1(Buffer.from(payload, "base64").toString("utf8"));
	return readVulnerabilities(statement?.["predicate"]);
}
// src/pipeline/named-packages.ts
/**
* Where the files of an image name packages: the apko file first, then the run-time dependencies of what this run built and the image
* has. Places are relative to the workspace, as GitHub wants them.
*/
function namedPackages({ plan, built }, melange, workspace) {
	const installed = new Set(built.platforms.flatMap(({ apks }) => apks.map(({ name }) => name)));
	const mentions = /* @__PURE__ */ new Map();
	for (const file of melange) {
		const made = declaredRecipe(file).packages.filter(({ name }) => installed.has(name));
		for (const { text, path } of made.flatMap(({ runtime }) => runtime)) {
			const name = text.replace(/[<>=~@].*$/s, "").trim();
			if (!mentions.has(name)) mentions.set(name, placed(file.placeOf(path), workspace));
		}
	}
	return {
		placeOf(name) {
			const inImage = plan.file.placeOfPackage(name);
			return inImage === void 0 ? mentions.get(name) : placed(inImage, workspace);
		},
		file: placed(plan.file.placeOf(["contents", "packages"]), workspace)
	};
}
function placed(place, workspace) {
	const inside = relative(workspace, resolve(workspace, place.file));
	return inside.startsWith("..") || isAbsolute(inside) ? place : {
		...place,
		file: inside
	};
}
// src/pipeline/wait-for-earlier.ts
/** Milliseconds that the answer may come after the scan. */
const grace = 2e3;
/** Asks for the earlier scan beside a scan, whose end it holds up for two seconds at most. */
async function waitForEarlier({ scan, ask }, clock) {
	let earlier;
	const listen = async () => {
		earlier = await ask();
	};
	const asked = listen();
	asked.catch(() => {});
	const scanned = await scan();
	if (earlier === void 0) await Promise.race([asked, clock.sleep(grace)]);
	return [scanned, earlier ?? {
		state: "unknown",
		why: "its registry did not answer in time"
	}];
}
// src/pipeline/scan-images.ts
/** Looks at every platform of every image and judges it. One that fails or could not be looked at does not stop the others. */
async function scanImages(images, wish, world) {
	const outcomes = await eachAlone(images, (image) => scanOne(image, wish, world));
	const { values: scanned, failed } = partOutcomes(outcomes);
	const stopped = scanned.filter(({ scan }) => !scan.pass);
	tellEntries(scanned, world);
	return {
		scanned,
		passed: scanned.filter(({ scan }) => scan.pass).map(({ image }) => image),
		failures: [...failed, ...stopped.map(({ image, scan }) => vulnerable(image.plan.name, scan))]
	};
}
async function scanOne(image, wish, world) {
	const { plan, scanner, melange } = wish;
	const { clock, log, machine } = world;
	const startedAt = clock.now().toISOString();
	const [scans, earlier] = await waitForEarlier({
		scan: () => scanner.scan(image.built),
		ask: () => findEarlier(image.plan, wish, world)
	}, clock);
	const finishedAt = clock.now().toISOString();
	const platforms = image.built.platforms.map(({ platform, relations = [] }) => ({
		platform,
		relations
	}));
	const named = namedPackages(image, melange, machine.workspace);
	const found = findingsOfImage(scans);
	const findings = placeFindings(found.findings, platforms, named);
	const verdict = judge({
		image: {
			name: image.plan.name,
			digests: digestsOf(image.built)
		},
		scanner: scanner.scanner,
		platforms: scans,
		findings,
		origins: new Map(platforms.flatMap(({ relations }) => relations.map(({ name, origin }) => [name, origin])))
	}, {
		...plan.policy,
		today: startedAt.slice(0, 10)
	});
	log.info(verdictLine(image.plan.name, verdict));
	const ignored = new Set(verdict.ignored.map(keyOf$1));
	return {
		image,
		findings: findings.filter((finding) => !ignored.has(keyOf$1(finding))),
		descriptions: found.descriptions,
		scan: {
			...verdict,
			startedAt,
			finishedAt,
			...comparisonOf(findings, earlier)
		}
	};
}
function comparisonOf(findings, scan) {
	if (scan.state === "none") return {};
	if (scan.state === "unknown") return { notCompared: scan.why };
	const { reference, digest, scannedAt, findings: before } = scan.earlier;
	return { since: {
		reference,
		digest,
		scannedAt,
		...compareFindings(findings, before)
	} };
}
function digestsOf({ index, platforms }) {
	return [index, ...platforms.map(({ manifest }) => manifest)].map(({ digest }) => digest);
}
function verdictLine(name, { pass, failing, others, ignored, failOn, scanner }) {
	const count = failing.length + others.length;
	const word = pass ? "nothing stops it" : `${failing.length} ${failing.length === 1 ? "stops" : "stop"} it`;
	return `${name}: ${count} ${count === 1 ? "finding" : "findings"}, ${ignored.length} ignored; ${word} (fail-on: ${failOn}; ${databaseOf(scanner)})`;
}
function databaseOf({ name, database }) {
	return `${name}, database of ${database.built}`;
}
/** Entries that do nothing any more are to be taken out; each is told once for all images. */
function tellEntries(scanned, { log }) {
	const [first] = scanned;
	if (first === void 0) return;
	for (const { vulnerability, package: name, until, at } of first.scan.expired) log.warning(`scan-ignore: the entry ${vulnerability} of ${name} ended on ${until} and does not count any more`, at);
	const unused = first.scan.unused.filter((entry) => scanned.every(({ scan }) => scan.unused.includes(entry)));
	for (const { vulnerability, package: name, at } of unused) log.notice(`scan-ignore: no finding needs the entry ${vulnerability} of ${name}; it can be taken out`, at);
}
// src/pipeline/scan-stage.ts
/** Scans, judges and reports. Throws when no image could be looked at; what findings stop is told in `failures`. */
async function scanStage(images, wish, world) {
	const { scanned, passed, failures } = await scanImages(images, wish, world);
	if (scanned.length === 0) throwIfAny(failures);
	const { files, upload } = await reportFindings(scanned, wish, world);
	const scans = /* @__PURE__ */ new Map();
	const records = /* @__PURE__ */ new Map();
	for (const { image, scan } of scanned) {
		const { file } = image.plan.file;
		const sarif = files.get(file);
		const record = {
			...scan,
			...sarif === void 0 ? {} : { sarif }
		};
		scans.set(file, record);
		records.set(image, { scan: record });
	}
	return {
		passed,
		failures,
		records,
		scans,
		upload
	};
}
// src/scan/database-age.ts
const hour = 36e5;
/** One line of the log: how old the database is, and where it is from. */
function tellAge(scanner, { facts: { built }, how }, { clock, log }) {
	log.info(`${scanner}'s database: of ${built}, ${ageOf(built, clock.now())} old, ${how}`);
}
/** `5 hours`, `3 days`: in whole ones, for people. */
function ageOf(built, now) {
	const hours = Math.max(0, Math.floor((now.getTime() - new Date(built).getTime()) / hour));
	if (Number.isNaN(hours)) return "of unknown age";
	const [count, unit] = hours < 48 ? [hours, "hour"] : [Math.floor(hours / 24), "day"];
	return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
// src/scan/json-document.ts
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** The objects of a list; none of anything else. */
function objectsIn(value) {
	return Array.isArray(value) ? value.filter(isObject) : [];
}
/** An object, or an empty one. */
function objectOf(value) {
	return isObject(value) ? value : {};
}
/** A text, or an empty one. */
function textOf(value) {
	return typeof value === "string" ? value : "";
}
/** The texts of a list that are not empty. */
function textsIn(value) {
	return Array.isArray(value) ? value.filter((each) => typeof each === "string" && each !== "") : [];
}
/** A JSON object; undefined when the text is anything else. */
function parseObject(text) {
	try {
		const value = JSON.parse(text);
		return isObject(value) ? value : void 0;
	} catch {
		return;
	}
}
// src/scan/merge-findings.ts
/** Each vulnerability of a package once, whatever number of places a scanner found it in; in the order in which they first come. */
function mergeFindings(findings) {
	const merged = /* @__PURE__ */ new Map();
	for (const finding of findings) {
		const key = JSON.stringify([
			finding.id,
			finding.kind,
			finding.package,
			finding.version
		]);
		const before = merged.get(key);
		merged.set(key, before === void 0 ? finding : both(before, finding));
	}
	return [...merged.values()];
}
function both(one, other) {
	return {
		...other,
		...one,
		aliases: [.../* @__PURE__ */ new Set([...one.aliases, ...other.aliases])],
		fixedIn: [.../* @__PURE__ */ new Set([...one.fixedIn, ...other.fixedIn])]
	};
}
// src/scan/scanner-report.ts
/** What a report lacks, as `matches[0] has no vulnerability.id`: it is of another shape than we read. */
var UnreadableReport = class extends Error {};
/**
* What `read` makes of a report. Fails with SCAN_FAILED when the report is not there, not JSON, has no `list` in it, or `read`
* throws UnreadableReport.
*/
async function readReport(place, read) {
	const { tool, doing, file, list } = place;
	const who = `${tool.name} ${tool.version}: ${doing} ended well but`;
	const next = `Nothing was pushed. Take another ${tool.name}-version`;
	const text = await readFile(file, "utf8").catch((cause) => {
		throw new Failure("SCAN_FAILED", `${who} wrote no report`, {
			hint: `${next}.`,
			cause
		});
	});
	try {
		const report = parseObject(text);
		if (report === void 0) throw new UnreadableReport("it is no JSON object");
		if (!Array.isArray(report[list])) throw new UnreadableReport(`it has no "${list}"`);
		return read(report);
	} catch (error) {
		if (!(error instanceof UnreadableReport)) throw error;
		throw new Failure("SCAN_FAILED", `${who} its report cannot be read: ${error.message}`, {
			hint: `${next}; the report began with ${JSON.stringify(text.slice(0, 60))}.`,
			cause: error
		});
	}
}
/** The objects of a list, `where` in a report; none when it is left out or null. Throws UnreadableReport for anything else. */
function listedObjects(value, where) {
	if (value === void 0 || value === null) return [];
	if (!Array.isArray(value)) throw new UnreadableReport(`${where} is no list`);
	return value.map((each, at) => {
		if (isObject(each)) return each;
		throw new UnreadableReport(`${where}[${at}] is no object`);
	});
}
/** The texts of a list that are not empty, as {@link listedObjects}. */
function listedTexts(value, where) {
	if (value === void 0 || value === null) return [];
	if (!Array.isArray(value)) throw new UnreadableReport(`${where} is no list`);
	return value.map((each, at) => {
		if (typeof each === "string") return each;
		throw new UnreadableReport(`${where}[${at}] is no text`);
	}).filter((each) => each !== "");
}
/** The text at a key; throws UnreadableReport where there is none, or an empty one. */
function neededText(object, key, where) {
	const text = textOf(object[key]).trim();
	if (text === "") throw new UnreadableReport(where);
	return text;
}
// src/scan/grype-report.ts
/**
* The findings of grype's JSON report (its `matches`; schema of grype 0.88 and later), each vulnerability of a package once.
* Throws UnreadableReport for a match of another shape: a finding that is passed over is one that nobody looks at.
*/
function readGrypeFindings(report) {
	return mergeFindings(listedObjects(report["matches"], "matches").map((match, at) => readMatch(match, `matches[${at}]`)));
}
/** The distribution that grype looked by, when its database has data of it; undefined when it does not know it. */
function readGrypeDistribution(report) {
	const name = textOf(objectOf(report["distro"])["name"]);
	const { providers } = objectOf(objectOf(report["descriptor"])["db"]);
	return isObject(providers) && (providerOf[name] ?? name) in providers ? name : void 0;
}
/** Distributions whose vulnerabilities another one's provider has. */
const providerOf = { postmarketos: "alpine" };
function readMatch(match, where) {
	const vulnerability = objectOf(match["vulnerability"]);
	const artifact = objectOf(match["artifact"]);
	const fix = objectOf(vulnerability["fix"]);
	const id = neededText(vulnerability, "id", `${where} has no vulnerability.id`);
	const related = listedObjects(match["relatedVulnerabilities"], `${where}.relatedVulnerabilities`);
	const all = [vulnerability, ...related];
	const [purl, url, description] = [
		textOf(artifact["purl"]),
		textOf(vulnerability["dataSource"]),
		first(all, "description")
	];
	const epss = epssOf(all);
	return {
		id,
		aliases: [...new Set(related.map((each) => textOf(each["id"])))].filter((each) => each !== "" && each !== id),
		severity: severityOf(all, where),
		package: neededText(artifact, "name", `${where} has no artifact.name`),
		version: neededVersion(artifact, where),
		kind: textOf(artifact["type"]),
		fixedIn: listedTexts(fix["versions"], `${where}.vulnerability.fix.versions`),
		...purl !== "" && { purl },
		...url !== "" && { url },
		...description !== "" && { description },
		...epss !== void 0 && { epss },
		...all.some((each) => objectsIn(each["knownExploited"]).length > 0) && { exploited: true }
	};
}
/** grype matches a package whose version nobody knows by its name: an empty version is one of its words, none is not. */
function neededVersion({ version }, where) {
	if (typeof version === "string") return version;
	throw new UnreadableReport(`${where} has no artifact.version`);
}
/** The distribution's own severity; where it gives none, the worst that others give. */
function severityOf([own, ...related], where) {
	const given = readSeverity(own?.["severity"], where);
	const others = new Set(related.map((each) => readSeverity(each["severity"], where)));
	if (given !== "unknown") return given;
	return severities.find((each) => others.has(each)) ?? "unknown";
}
/** `Critical` as `critical`; `unknown` where nothing is said. Throws UnreadableReport for any other word, and what is no word. */
function readSeverity(value, where) {
	if (value === void 0) return "unknown";
	const word = typeof value === "string" ? value.trim().toLowerCase() : void 0;
	const severity = word === "" ? "unknown" : severities.find((each) => each === word);
	if (severity !== void 0) return severity;
	throw new UnreadableReport(`${where} has the severity ${JSON.stringify(value).slice(0, 60)}; known: ${severities.join(", ")}`);
}
function epssOf(all) {
	const numbers = all.flatMap((each) => objectsIn(each["epss"]).map(({ epss }) => epss)).filter((each) => typeof each === "number");
	return numbers.length === 0 ? void 0 : Math.max(...numbers);
}
function first(all, key) {
	return all.map((each) => textOf(each[key])).find((text) => text !== "") ?? "";
}
// src/scan/platform-layout.ts
/** Makes an OCI image layout (image spec v1.1, image-layout.md) in `folder` that lists one platform alone, and shares the blobs of the image's own. */
async function layOutPlatform({ image, platform }, folder) {
	await mkdir(folder);
	const index = {
		schemaVersion: 2,
		mediaType: "application/vnd.oci.image.index.v1+json",
		manifests: [platform.manifest]
	};
	await Promise.all([
		symlink(join(image.layout, "blobs"), join(folder, "blobs")),
		writeFile(join(folder, "oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}\n"),
		writeFile(join(folder, "index.json"), JSON.stringify(index))
	]);
}
// src/scan/bounded-lines.ts
/** Lines of each end that are passed on. */
const most = 2e3;
/** Characters of a line that are passed on. */
const longest = 4e3;
/** Passes on the first and the last lines of what a program says, which may be without end; of a long line its beginning. */
function boundLines(onLine) {
	let count = 0;
	const last = [];
	return {
		write(line) {
			const text = line.length > longest ? `${line.slice(0, longest)}…` : line;
			if (count < most) onLine(text);
			else last[count % most] = text;
			count += 1;
		},
		end() {
			const left = count - 2 * most;
			if (left > 0) onLine(`${left} lines are left out here`);
			const first = left > 0 ? count % most : 0;
			for (const line of [...last.slice(first), ...last.slice(0, first)]) onLine(line);
		}
	};
}
// src/scan/run-scanner.ts
/** Runs a scanner to its end. Fails with SCAN_FAILED in its own words, when it fails or takes too long, and with DISK_FULL. */
async function runScanner(call, { processes, log }) {
	const { tool, args, env, cwd, limit, tellsFindings = () => false } = call;
	const lines = boundLines((line) => log.debug(`${tool.name}: ${line}`));
	const finished = await processes.run({
		tool: tool.path,
		args,
		env,
		cwd,
		timeLimit: limit,
		onLine: lines.write
	});
	lines.end();
	if (finished.timedOut === true) throw tooLong(call);
	if (finished.code !== 0 && !tellsFindings(finished)) throw scannerFailure(call, finished);
	return finished;
}
function tooLong({ tool, doing, limit }) {
	return new Failure("SCAN_FAILED", `${tool.name}: ${doing} took longer than ${limit / 1e3} s and was ended`, { hint: `Set deadline to more than ${Math.ceil(limit / 6e4)}m, or give the runner more to work with; nothing was pushed.` });
}
function scannerFailure(call, finished) {
	const { tool, doing } = call;
	const words = lastWords(finished);
	if (/no space left on device|disk quota exceeded|database or disk is full/i.test(finished.stderr)) return new Failure("DISK_FULL", `no space left for ${tool.name}: ${doing}: ${words}`, { hint: "Make room in RUNNER_TEMP and RUNNER_TOOL_CACHE." });
	const end = finished.code > 128 ? `was ended by signal ${finished.code - 128}` : `ended with ${finished.code}`;
	return new Failure("SCAN_FAILED", `${tool.name} ${tool.version}: ${doing} ${end}: ${words}`, { hint: `Nothing was pushed. Run again with debug logging to see all that ${tool.name} says, or take another ${tool.name}-version.` });
}
/** What a scanner said of its error at last, in one line, without time and colours. */
function lastWords({ stderr, stdout }) {
	const text = stderr.trim() === "" ? stdout : stderr;
	const lines = stripVTControlCharacters(text).trim().split("\n");
	const panic = lines.find((line) => /^(?:panic|fatal error):/.test(line));
	if (panic !== void 0) return shortened(panic);
	const at = lines.findLastIndex((line) => /\b(?:ERROR|FATAL)\b/.test(line));
	if (at < 0) return shortened(lines.at(-1) ?? "");
	const rest = lines.slice(at + 1);
	const next = rest.findIndex((line) => logHead.test(line));
	return shortened([lines[at] ?? "", ...rest.slice(0, next < 0 ? void 0 : next)].join(" "));
}
/** What lines of a log begin with: `[0001]` (grype), a time (trivy). */
const logHead = /^\s*(?:\[\d+\]|\d{4}-\d\d-\d\dT\S+)/;
function shortened(words) {
	const text = words.replace(logHead, "").replace(/^\s*(?:ERROR|FATAL|WARN)\b/, "").replace(/\s+/g, " ").trim();
	return text === "" ? "it said nothing" : text.slice(0, 600);
}
// src/scan/scannable-sbom.ts
/**
* Path of the SPDX document that a scanner is to read: the platform's own; where a package URL in it tells another distribution
* than the image's (melange's `namespace` does), a copy in `folder` that tells the image's, by which its package manager
* and every scanner of file systems go. Fails with SCAN_FAILED when it cannot be read.
*/
async function scannableSbom({ sbom, apks, platform }, folder) {
	const document = parseObject(await readFile(sbom, "utf8").catch(() => ""));
	if (document === void 0) throw new Failure("SCAN_FAILED", `the SBOM of ${platform} cannot be read: ${sbom}`, { hint: "Keep the output folder as the run writes it." });
	const id = apks[0]?.distribution;
	const own = id === void 0 ? void 0 : distributionOf(document, id);
	if (own === void 0) return sbom;
	let changed = false;
	const packages = objectsIn(document["packages"]).map((entry) => ({
		...entry,
		externalRefs: objectsIn(entry["externalRefs"]).map((ref) => {
			const url = textOf(ref["referenceLocator"]);
			const told = toldBy(url);
			if (told === void 0 || isOf(told, own.id)) return ref;
			changed = true;
			return {
				...ref,
				referenceLocator: url.replace(/([?&]distro=)[^&#]*/, `$1${own.value}`)
			};
		})
	}));
	if (!changed) return sbom;
	const copy = join(folder, "sbom.spdx.json");
	await writeFile(copy, JSON.stringify({
		...document,
		packages
	}));
	return copy;
}
/** The value of `distro` that stands for the image's distribution, as package URLs in the document have it: `alpine-3.22.1`. */
function distributionOf(document, id) {
	const values = objectsIn(document["packages"]).flatMap((entry) => objectsIn(entry["externalRefs"])).map((ref) => toldBy(textOf(ref["referenceLocator"]))).filter((told) => told !== void 0 && isOf(told, id));
	return {
		id,
		value: values.find((told) => told !== id) ?? values[0] ?? id
	};
}
/** The qualifier `distro` of an apk's package URL. */
function toldBy(url) {
	return url.startsWith("pkg:apk/") ? /[?&]distro=([^&#]*)/.exec(url)?.[1] : void 0;
}
function isOf(told, id) {
	return told === id || told.startsWith(`${id}-`);
}
// src/scan/grype-driver.ts
/** Settings under which grype asks nobody and stops nothing: what its findings mean is ours to decide. */
function grypeEnvironment(database) {
	return {
		GRYPE_DB_CACHE_DIR: database,
		GRYPE_DB_AUTO_UPDATE: "false",
		GRYPE_CHECK_FOR_APP_UPDATE: "false",
		GRYPE_FAIL_ON_SEVERITY: "",
		NO_COLOR: "1"
	};
}
/** How grype ends when its own threshold is met; the report is whole then. A crash of a Go program ends with 2, too. */
function isAboveThreshold({ code, stderr }) {
	return code === 2 && /severity threshold/.test(stderr);
}
/**
* grype looks at the platform's complete SBOM, which has all that it needs of an apk, and beside that at the file system for
* what no SBOM of apko lists: the Python, Go, Node packages that a recipe put into an apk. With the SBOM it writes what it read as
* CycloneDX, since its own report names only packages with findings.
*/
function grypeDriver(setting, ports) {
	return { async look(target, folder) {
		const { image, platform } = target;
		const [sbomFolder, filesFolder, layout] = [
			"sbom",
			"files",
			"layout"
		].map((name) => join(folder, name));
		const [sbom] = await Promise.all([
			scannableSbom(platform, folder),
			layOutPlatform(target, layout),
			mkdir(sbomFolder),
			mkdir(filesFolder)
		]);
		const where = `${platform.platform} in ${image.name}`;
		const seen = join(sbomFolder, "packages.json");
		const [listed, files] = (await Promise.allSettled([runGrype({
			...setting,
			cwd: sbomFolder,
			args: [
				`sbom:${sbom}`,
				"-o",
				`cyclonedx-json=${seen}`
			],
			doing: `scan of the SBOM of ${where}`
		}, ports), runGrype({
			...setting,
			cwd: filesFolder,
			args: [`oci-dir:${layout}`],
			doing: `scan of the files of ${where}`
		}, ports)])).map((look) => {
			if (look.status === "rejected") throw look.reason;
			return look.value;
		});
		const list = {
			tool: setting.tool,
			doing: `list of what is in ${where}`,
			file: seen,
			list: "components"
		};
		return {
			findings: [...listed.findings, ...files.findings.filter(({ kind }) => kind !== "apk")],
			packages: await readReport(list, ({ components }) => objectsIn(components).flatMap(readComponent)),
			distribution: listed.distribution
		};
	} };
}
/** Runs grype and reads its report. */
async function runGrype({ args, database, cwd, ...call }, ports) {
	const [file, config] = [join(cwd, "report.json"), join(cwd, "grype.yaml")];
	await writeFile(config, "{}\n");
	const env = {
		...grypeEnvironment(database),
		GRYPE_DB_VALIDATE_BY_HASH_ON_START: "false",
		TMPDIR: cwd
	};
	const all = [
		"-c",
		config,
		"-o",
		`json=${file}`,
		...args
	];
	await runScanner({
		...call,
		args: all,
		env,
		cwd,
		tellsFindings: isAboveThreshold
	}, ports);
	return readReport({
		...call,
		file,
		list: "matches"
	}, (report) => ({
		findings: readGrypeFindings(report),
		distribution: readGrypeDistribution(report)
	}));
}
function readComponent(component) {
	if (!textOf(component["purl"]).startsWith("pkg:apk/")) return [];
	return [{
		name: textOf(component["name"]),
		version: textOf(component["version"])
	}];
}
// src/scan/database-failure.ts
/** There is no database to scan with. */
function databaseFailure(message, hint, cause) {
	return new Failure("SCAN_FAILED", message, {
		hint,
		cause
	});
}
/** What an answer without content comes to: SCAN_FAILED, as Transient where trying again may help; undefined for content. */
function refusedAnswer({ status, headers }, what, now) {
	if (status === 200) return void 0;
	const hint = status === 404 ? "Look at scan-database; below a mirror, the listing is v6/latest.json." : status === 401 || status === 403 ? "Check that it may be read without a login, or give a file as scan-database." : "Run it again later, or give another scan-database: a mirror or a file.";
	const failure = databaseFailure(`${what} answered ${status}`, hint);
	return status === 408 || status === 429 || status >= 500 ? new Transient(failure, parseRetryAfter(headers["retry-after"], now)) : failure;
}
/** An outage on the way to a database, told as what it means here; other errors as they are. */
function unreachable(error, what) {
	if (!(error instanceof Failure) || error.code !== "NETWORK_FAILED") return error;
	return databaseFailure(`${what} cannot be reached: ${error.message}`, "Run it again later, let the runner reach it (http_proxy, https_proxy), or give a mirror or a file as scan-database.", error);
}
/** A full disk or quota, told as DISK_FULL; other errors as they are. */
function fullDisk(cause, folder) {
	const code = cause instanceof Error && "code" in cause ? cause.code : void 0;
	if (code !== "ENOSPC" && code !== "EDQUOT") return cause;
	return new Failure("DISK_FULL", `no space left in ${folder} for the scanner's database`, {
		hint: "Make room there, or name another folder in RUNNER_TOOL_CACHE.",
		cause
	});
}
// src/scan/database-download.ts
const pace = 1e4;
/** Downloads an archive to `path`, again from its start after an outage. Fails with SCAN_FAILED, a wrong checksum too, or DISK_FULL. */
async function downloadDatabase({ url, sha256 }, path, ports) {
	const what = `the database ${withoutLogin(url)}`;
	try {
		const got = await ports.patience.retry("download of the database", () => fetchTo(url, path, {
			what,
			ports
		}));
		if (got === sha256) return;
		throw databaseFailure(`${what} has sha256 ${got}, but the listing says ${sha256}`, "Nothing of it was kept. A mirror that is being updated, or a proxy in between? Run it again, or give another scan-database.");
	} catch (error) {
		throw fullDisk(unreachable(error, what), path);
	}
}
async function fetchTo(url, path, { what, ports }) {
	const { http, clock, log } = ports;
	const response = await http.send({
		method: "GET",
		url
	});
	try {
		const refusal = refusedAnswer(response, what, clock.now());
		if (refusal !== void 0) throw refusal;
		const total = Number(response.headers["content-length"] ?? NaN);
		const hash = createHash("sha256");
		let received = 0;
		let told = clock.now().getTime();
		const watch = new Transform({ transform(chunk, _, done) {
			hash.update(chunk);
			received += chunk.length;
			const now = clock.now().getTime();
			if (now - told >= pace) {
				told = now;
				const of = Number.isNaN(total) ? "" : ` of ${formatSize(total)}`;
				log.info(`download of the database: ${formatSize(received)}${of}`);
			}
			done(null, chunk);
		} });
		await pipeline$1(response.body, watch, createWriteStream(path));
		if (!Number.isNaN(total) && received !== total) throw new Transient(new Failure("SCAN_FAILED", `${what} came with ${received} of ${total} bytes`, { hint: "Look whether a proxy cuts long answers." }));
		return hash.digest("hex");
	} finally {
		response.body.destroy();
	}
}
// src/scan/grype-listing.ts
const mostBytes$1 = 1048576;
/** URL of the listing below a mirror, as grype itself makes it (`GRYPE_DB_UPDATE_URL`). */
function listingUrl(mirror, schema) {
	const url = new URL(mirror);
	if (url.pathname.endsWith(".json")) return mirror;
	url.pathname = `${url.pathname.replace(/\/+$/, "")}/v${schema}/latest.json`;
	return url.href;
}
/** Fetches and reads the listing; repeats while that may help. Fails with SCAN_FAILED: out of reach, refused, or not a listing. */
async function fetchListing(mirror, schema, ports) {
	const url = listingUrl(mirror, schema);
	const shown = withoutLogin(url);
	const bytes = await ports.patience.retry(`listing of grype's databases`, async () => {
		const response = await ports.http.send({
			method: "GET",
			url
		});
		try {
			const refusal = refusedAnswer(response, `the listing ${shown}`, ports.clock.now());
			if (refusal !== void 0) throw refusal;
			return await readAtMost(response.body, mostBytes$1);
		} finally {
			response.body.destroy();
		}
	}).catch((error) => {
		throw unreachable(error, `the listing of grype's databases ${shown}`);
	});
	if (bytes.length > mostBytes$1) throw databaseFailure(`${shown} is not a listing of grype's databases: it is larger than 1 MiB`, "Look at scan-database: it names the listing (v6/latest.json) or the folder above v6, not the database itself.");
	const text = bytes.toString("utf8");
	const listing = readListing(parseObject(text), url);
	if (listing !== void 0) return listing;
	throw databaseFailure(`${shown} is not a listing of grype's databases`, `It begins with ${JSON.stringify(text.slice(0, 60))}; a proxy or login page, or a listing for an older grype? Look at scan-database.`);
}
function readListing(listing, url) {
	const [path, checksum, built] = [
		"path",
		"checksum",
		"built"
	].map((key) => textOf(listing?.[key]));
	const sha256 = /^sha256:([0-9a-f]{64})$/i.exec(checksum)?.[1]?.toLowerCase();
	if (path === "" || sha256 === void 0 || Number.isNaN(Date.parse(built))) return void 0;
	const archive = new URL(url);
	archive.pathname = `${archive.pathname.replace(/[^/]*$/, "")}${path.replace(/^\/+/, "")}`;
	return {
		archive: archive.href,
		sha256,
		built
	};
}
// src/scan/grype-database.ts
/**
* grype's databases. They are fetched by us and imported by grype, so that an outage, a wrong checksum, a full disk and
* garbage are told apart; whether one is too old is grype's to say. Fails with SCAN_FAILED when this grype is too old itself.
*/
async function grypeDatabases(setting, ports) {
	const schema = await askSchema(setting.tool, ports);
	const takeFile = (path, folder) => importInto(folder, {
		...setting,
		path
	}, ports);
	return {
		scanner: "grype",
		schema,
		takeFile,
		check: (folder) => check$1(folder, setting, ports),
		async fetch(mirror, folder, { workshop, known }) {
			const { archive, sha256 } = await fetchListing(mirror, schema, ports);
			if (sha256 === known) return "unchanged";
			const file = join(workshop, basename(new URL(archive).pathname));
			await downloadDatabase({
				url: archive,
				sha256
			}, file, ports);
			await takeFile(file, folder);
			return { sha256 };
		}
	};
}
async function askSchema(tool, { processes }) {
	const { stdout } = await processes.ask({
		tool: tool.path,
		args: [
			"version",
			"-o",
			"json"
		],
		env: grypeEnvironment("")
	});
	const schema = parseObject(stdout)?.["supportedDbSchema"];
	if (typeof schema === "number" && schema >= 6) return String(schema);
	throw databaseFailure(`grype ${tool.version} does not read databases that are still made`, "Set grype-version to 0.88.0 or newer: from then on databases have schema 6.");
}
/** Has grype take an archive (`.tar.zst`, `.tar.gz`, …) or a bare `.db`. */
async function importInto(folder, setting, ports) {
	const { tool, temp, path } = setting;
	const env = {
		...grypeEnvironment(folder),
		TMPDIR: temp
	};
	const doing = "import of its database";
	try {
		await runScanner({
			...setting,
			args: [
				"db",
				"import",
				path
			],
			env,
			cwd: temp,
			doing
		}, ports);
	} catch (error) {
		if (!(error instanceof Failure) || error.code !== "SCAN_FAILED") throw error;
		throw databaseFailure(`this is not a database that grype ${tool.version} can use: ${error.message}`, "Give scan-database the archive that the listing (v6/latest.json) names, or leave it out to get grype's own.", error);
	}
}
async function check$1(folder, { tool, temp, limit }, { processes }) {
	const finished = await processes.ask({
		tool: tool.path,
		args: [
			"db",
			"status",
			"-o",
			"json"
		],
		env: grypeEnvironment(folder),
		cwd: temp,
		timeLimit: limit
	});
	const status = parseObject(finished.stdout);
	const built = textOf(status?.["built"]);
	if (finished.code === 0 && status?.["valid"] === true && built !== "") return built;
	throw refusal(finished, {
		built,
		error: textOf(status?.["error"])
	});
}
function refusal(finished, { built, error }) {
	const words = error === "" ? lastWords(finished) : error;
	if (/max allowed age/.test(words)) return databaseFailure(`grype's database is too old: made ${built}; ${words}`, "Give scan-database a mirror that is kept up to date or a newer file, or allow the age with the environment variable GRYPE_DB_MAX_ALLOWED_BUILT_AGE (such as 240h).");
	return databaseFailure(`grype cannot use its database: ${words}`, "Give another scan-database, or leave it out.");
}
// src/scan/blind-check.ts
const mostNamed = 5;
/**
* Throws SCAN_BLIND when the scanner saw fewer packages than the image's own package database lists, or has no data of its
* distribution: then it finds nothing, whatever is there.
*/
function checkSight({ image, platform }, { packages, distribution }, scanner) {
	const where = `${platform.platform} in ${image.name}`;
	const seen = new Set(packages.map(keyOf));
	const unseen = platform.apks.filter((apk) => !seen.has(keyOf(apk)));
	if (unseen.length > 0) {
		const named = unseen.slice(0, mostNamed).map(({ name, version }) => `${name}-${version}`);
		const more = unseen.length > named.length ? ` and ${unseen.length - named.length} more` : "";
		const count = `${platform.apks.length - unseen.length} of the ${platform.apks.length} packages`;
		throw new Failure("SCAN_BLIND", `${scanner} saw ${count} of ${where}; not seen: ${named.join(", ")}${more}`, { hint: "A scan that does not see a package finds nothing in it. Report it with the SBOM of the platform, or set scan: false." });
	}
	if (distribution !== void 0) return;
	const id = platform.apks[0]?.distribution;
	throw new Failure("SCAN_BLIND", `${scanner} knows no vulnerabilities of the distribution ${id === void 0 ? "" : `"${id}" `}of ${where}`, { hint: id === void 0 ? "Put the package with the os-release of the distribution into the image (wolfi-baselayout, alpine-release), or set scan: false." : `Give a scan-database that has data of ${id}, or set scan: false.` });
}
/** Package URLs have names in lower case, whatever the package is called. */
function keyOf({ name, version }) {
	return `${name}-${version}`.toLowerCase();
}
// src/scan/scan-image.ts
/**
* Looks at every platform of an image, side by side, and answers in their order. Fails with SCAN_FAILED, SCAN_BLIND or
* DISK_FULL, after all have ended.
*/
async function scanImage(image, setting, ports) {
	return (await Promise.allSettled(image.platforms.map((platform) => scanPlatform({
		image,
		platform
	}, setting, ports)))).map((look) => {
		if (look.status === "rejected") throw look.reason;
		return look.value;
	});
}
async function scanPlatform(target, { driver, title, temp }, { log, clock }) {
	const begun = clock.now().getTime();
	const folder = await mkdtemp(join(temp, "scan-"));
	try {
		const report = await driver.look(target, folder);
		checkSight(target, report, title);
		const { platform, arch } = target.platform;
		const took = `${((clock.now().getTime() - begun) / 1e3).toFixed(1)} s`;
		log.info(`${title}: ${target.image.name} ${platform}: ${report.findings.length} findings in ${report.packages.length} packages, ${took}`);
		return {
			platform,
			arch,
			findings: report.findings
		};
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}
// src/scan/database-cache.ts
const day = 864e5;
const file = "giropops-database.json";
/** Databases of other days are used for no longer than this, and then removed. */
const keptDays = 5;
/** So far back old ones are looked for. */
const sweptDays = 30;
/**
* Databases in the tool cache, a day's each (UTC), as entries of their own: one that another job works with is never
* changed.
*/
function databaseCache(key, { toolCache, clock }) {
	const today = clock.now().getTime();
	const find = async (daysAgo) => {
		const folder = await toolCache.find(entryOf(key, today - daysAgo * day));
		const facts = folder === void 0 ? void 0 : await readFacts(folder);
		return folder === void 0 || facts === void 0 ? void 0 : {
			folder,
			facts
		};
	};
	return {
		/** That of the day. */
		find: () => find(0),
		/** The youngest of the days before. */
		async findOlder() {
			for (let daysAgo = 1; daysAgo <= keptDays; daysAgo += 1) {
				const found = await find(daysAgo);
				if (found !== void 0) return found;
			}
		},
		/** Takes out that of the day. */
		discard: () => toolCache.discard(entryOf(key, today)),
		/** Makes a folder into the entry of the day, and removes those that are too old to be used. */
		async keep(folder, facts) {
			await writeFile(join(folder, file), `${JSON.stringify(facts, void 0, 2)}\n`);
			const entry = entryOf(key, today);
			const there = await toolCache.find(entry);
			if (there !== void 0 && await readFacts(there) === void 0) await toolCache.discard(entry);
			const kept = await toolCache.adopt(folder, entry);
			for (let daysAgo = 6; daysAgo <= sweptDays; daysAgo += 1) {
				const old = entryOf(key, today - daysAgo * day);
				if (await toolCache.find(old) !== void 0) await toolCache.discard(old);
			}
			return {
				folder: kept,
				facts: await readFacts(kept) ?? facts
			};
		}
	};
}
function entryOf({ scanner, schema, source }, time) {
	const date = new Date(time);
	const version = [
		date.getUTCFullYear(),
		date.getUTCMonth() + 1,
		date.getUTCDate()
	].join(".");
	const hash = createHash("sha256").update(source).digest("hex").slice(0, 12);
	return {
		tool: `${scanner}-database`,
		version,
		arch: `v${schema}-${hash}`
	};
}
async function readFacts(folder) {
	const facts = parseObject(await readFile(join(folder, file), "utf8").catch(() => ""));
	if (!isObject(facts)) return void 0;
	const [built, source, sha256] = [
		textOf(facts["built"]),
		textOf(facts["source"]),
		textOf(facts["sha256"])
	];
	return built === "" ? void 0 : {
		built,
		source,
		...sha256 !== "" && { sha256 }
	};
}
// src/scan/open-database.ts
/**
* The database of the day (UTC): from the tool cache, else a new one from the mirror or the file. When none can be had, the youngest
* of the last days does, with a warning, as long as the scanner does not find it too old. Fails with SCAN_FAILED or DISK_FULL.
*/
async function openDatabase(maker, source, ports) {
	const { scanner, schema } = maker;
	const sha256 = source.kind === "file" ? await digestOfFile(source) : void 0;
	const from = source.kind === "file" ? source.given : withoutLogin(source.place);
	const cache = databaseCache({
		scanner,
		schema,
		source: sha256 ?? from
	}, ports);
	const cached = await cache.find();
	const today = await usable(cached, maker, ports);
	if (today !== void 0) return {
		...today,
		how: `from ${from}, in the tool cache`
	};
	if (cached !== void 0) await cache.discard();
	const older = await usable(await cache.findOlder(), maker, ports);
	const stillGood = {
		...older,
		how: `from ${from}, in the tool cache since an earlier day`
	};
	try {
		const made = await inWorkshop(ports, async (folder, workshop) => {
			const known = older?.facts.sha256;
			const fetched = source.kind === "file" ? await maker.takeFile(source.path, folder) : await maker.fetch(source.place, folder, {
				workshop,
				known
			});
			if (fetched === "unchanged") return void 0;
			const built = await maker.check(folder);
			return cache.keep(folder, {
				built,
				source: from,
				...sha256 && { sha256 },
				...fetched
			});
		});
		if (made !== void 0) return {
			...made,
			how: `from ${from}`
		};
		if (isThere(stillGood)) return stillGood;
		throw new TypeError("a database is unchanged that is not there");
	} catch (error) {
		if (!(error instanceof Failure && error.code === "SCAN_FAILED") || !isThere(stillGood)) throw error;
		ports.log.warning(`${scanner}'s database is of an earlier day, since there is no newer one: ${error.message}`);
		return stillGood;
	}
}
async function digestOfFile({ path, given }) {
	return sha256OfFile(path).catch((error) => {
		const code = error instanceof Error && "code" in error ? error.code : void 0;
		throw databaseFailure(`cannot read ${given}, the scanner's database: ${code === "ENOENT" ? "it is gone" : code === "EACCES" ? "no permission" : String(error)}`, "Give scan-database a file that this job may read.", error);
	});
}
function isThere(database) {
	return database.folder !== void 0 && database.facts !== void 0;
}
/** A cached database that the scanner takes; undefined when it does not. */
async function usable(cached, maker, { log }) {
	if (cached === void 0) return void 0;
	try {
		await maker.check(cached.folder);
		return cached;
	} catch (error) {
		if (!(error instanceof Failure) || error.code !== "SCAN_FAILED") throw error;
		log.info(`a database in the tool cache is not used: ${error.message}`);
		return;
	}
}
async function inWorkshop({ toolCache }, work) {
	const workshop = await toolCache.fresh();
	try {
		const folder = join(workshop, "entry");
		await mkdir(folder);
		return await work(folder, workshop);
	} catch (error) {
		throw fullDisk(error, workshop);
	} finally {
		await rm(workshop, {
			recursive: true,
			force: true
		});
	}
}
// src/scan/bolt-buckets.ts
const pageHead = 16;
const elementHead = 16;
const [branch, leaf] = [1, 2];
const magic = 3977042669;
/** Pages are told by their first 16 bytes; one that says it is longer is none. */
const mostBytes = 67108864;
/**
* Names of the buckets of a BoltDB file (go.etcd.io/bbolt, version 2 of its format, little endian) that have something in them.
* Throws an Error for a file that is none. Only the pages of the root are read, not the gigabyte below them.
*/
async function boltBuckets(path) {
	await using file = await open(path);
	const { pageSize, root } = await readMeta(file);
	const names = /* @__PURE__ */ new Set();
	const visited = /* @__PURE__ */ new Set();
	const read = async (id) => readPage(file, id, pageSize);
	const walk = async (id) => {
		if (visited.has(id)) throw new Error("its pages go in a circle");
		visited.add(id);
		const page = await read(id);
		if (page.kind === branch) {
			for (let at = 0; at < page.count; at += 1) await walk(page.bytes.readBigUInt64LE(pageHead + at * elementHead + 8));
			return;
		}
		if (page.kind !== leaf) throw new Error("it has a page of another kind");
		for (let at = 0; at < page.count; at += 1) {
			const { bytes } = page;
			const element = pageHead + at * elementHead;
			const [flag, position, keySize, valueSize] = [
				0,
				4,
				8,
				12
			].map((each) => bytes.readUInt32LE(element + each));
			if (flag !== 1) continue;
			const start = element + position;
			const value = bytes.subarray(start + keySize, start + keySize + valueSize);
			const below = value.readBigUInt64LE(0);
			if ((below === 0n ? value.readUInt16LE(26) : (await read(below)).count) > 0) names.add(bytes.toString("utf8", start, start + keySize));
		}
	};
	await walk(root);
	return names;
}
async function readPage(file, id, pageSize) {
	const at = Number(id) * pageSize;
	const head = await readAt(file, at, pageHead);
	const size = (1 + head.readUInt32LE(12)) * pageSize;
	if (head.readBigUInt64LE(0) !== id || size > mostBytes) throw new Error("it is damaged");
	const bytes = await readAt(file, at, size);
	return {
		kind: head.readUInt16LE(8) & (branch | leaf),
		count: head.readUInt16LE(10),
		bytes
	};
}
/** The younger of the two metas; the second begins with the second page. */
async function readMeta(file) {
	const first = await readAt(file, pageHead, 64);
	if (first.readUInt32LE(0) !== magic || first.readUInt32LE(4) !== 2) throw new Error("it is no BoltDB file");
	const pageSize = first.readUInt32LE(8);
	if (pageSize < 512 || pageSize > 1048576) throw new Error("it is no BoltDB file");
	const second = await readAt(file, pageSize + pageHead, 64);
	return {
		pageSize,
		root: (second.readUInt32LE(0) === magic && second.readBigUInt64LE(48) > first.readBigUInt64LE(48) ? second : first).readBigUInt64LE(16)
	};
}
async function readAt(file, position, length) {
	const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
	if (bytesRead < length) throw new Error("it is cut off");
	return buffer;
}
// src/scan/trivy-sources.ts
/** What a database has vulnerabilities of: `wolfi`, `alpine 3.22`, … Fails with SCAN_FAILED when it cannot be read, or has none at all. */
async function readSources(folder) {
	const hint = "Give another scan-database, or leave it out.";
	const buckets = await boltBuckets(join(folder, "db", "trivy.db")).catch((error) => {
		throw databaseFailure(`trivy cannot use its database: its trivy.db cannot be read: ${error instanceof Error ? error.message : String(error)}`, hint, error);
	});
	const sources = new Set([...buckets].filter((name) => !isDetail.has(name)));
	if (buckets.has("vulnerability") && sources.size > 0) return sources;
	throw databaseFailure("trivy cannot use its database: it has no vulnerabilities", hint);
}
/** Buckets that tell of vulnerabilities, not which packages have them. */
const isDetail = /* @__PURE__ */ new Set([
	"vulnerability",
	"data-source",
	"advisory-detail"
]);
// src/scan/trivy-report.ts
const systemPackages = "os-pkgs";
/**
* The findings of trivy's JSON report (schema version 2), each vulnerability of a package once. Throws UnreadableReport for a
* result or vulnerability of another shape.
*/
function readTrivyFindings(report) {
	return mergeFindings(listedObjects(report["Results"], "Results").flatMap((result, at) => {
		const kind = result["Class"] === systemPackages ? "apk" : textOf(result["Type"]);
		const list = `Results[${at}].Vulnerabilities`;
		return listedObjects(result["Vulnerabilities"], list).map((each, index) => readVulnerability(each, kind, `${list}[${index}]`));
	}));
}
/** The packages of the distribution that trivy looked at (`--list-all-pkgs`). */
function readTrivyPackages(report) {
	return objectsIn(report["Results"]).filter((each) => each["Class"] === systemPackages).flatMap((result) => objectsIn(result["Packages"])).map((each) => ({
		name: textOf(each["Name"]),
		version: textOf(each["Version"])
	}));
}
/** The distribution by which trivy looked, when it knows it and its database has something of it: without that it finds nothing. */
function readTrivyDistribution(report, { sources, words }) {
	const system = objectOf(objectOf(report["Metadata"])["OS"]);
	const family = textOf(system["Family"]).toLowerCase();
	if (family === "" || family === "none" || /unsupported os/i.test(words)) return void 0;
	const known = new Set([...sources].map((each) => each.toLowerCase()));
	if (family !== "alpine") return known.has(family) ? family : void 0;
	const release = /\brepository="([^"]+)"/.exec(words)?.[1] ?? textOf(system["Name"]);
	const minor = /^\d+\.\d+/.exec(release)?.[0] ?? release;
	return known.has(`alpine ${minor}`) ? family : void 0;
}
function readVulnerability(found, kind, where) {
	const needed = (key) => neededText(found, key, `${where} has no ${key}`);
	const id = needed("VulnerabilityID");
	const purl = textOf(objectOf(found["PkgIdentifier"])["PURL"]);
	const url = textOf(found["PrimaryURL"]);
	const description = textOf(found["Description"]) || textOf(found["Title"]);
	return {
		id,
		aliases: textsIn(found["VendorIDs"]).filter((each) => each !== id),
		severity: readSeverity(found["Severity"], where),
		package: needed("PkgName"),
		version: needed("InstalledVersion"),
		kind,
		fixedIn: readFixed(found["FixedVersion"], where),
		...purl !== "" && { purl },
		...url !== "" && { url },
		...description !== "" && { description }
	};
}
/** `3.0.9, 3.1.2` */
function readFixed(value, where) {
	if (value === void 0) return [];
	if (typeof value !== "string") throw new UnreadableReport(`${where}.FixedVersion is no text`);
	return value.split(",").map((each) => each.trim()).filter((each) => each !== "");
}
// src/scan/trivy-driver.ts
/** Settings under which trivy asks nobody and stops nothing: what its findings mean is ours to decide. */
const trivyEnvironment = {
	TRIVY_EXIT_CODE: "0",
	TRIVY_SKIP_VERSION_CHECK: "true",
	TRIVY_DISABLE_TELEMETRY: "true",
	TRIVY_NO_PROGRESS: "true",
	NO_COLOR: "1"
};
/**
* trivy looks at the file system of the platform, in an OCI layout that lists it alone: from an SBOM it would take an apk's
* origin, by which most vulnerabilities are told, only in a form of its own, and the distribution only from a package of its own.
*/
function trivyDriver({ tool, database, limit }, ports) {
	return { async look(target, folder) {
		const [layout, file] = [join(folder, "layout"), join(folder, "report.json")];
		await layOutPlatform(target, layout);
		const sources = await readSources(database);
		const seconds = Math.ceil(limit / 1e3);
		const paths = [
			"--input",
			layout,
			"--cache-dir",
			database,
			"--output",
			file
		];
		const wish = [
			"--scanners",
			"vuln",
			"--format",
			"json",
			"--list-all-pkgs",
			"--timeout",
			`${seconds}s`
		];
		const alone = [
			"--skip-db-update",
			"--offline-scan",
			"--cache-backend",
			"memory"
		];
		const doing = `scan of ${target.platform.platform} in ${target.image.name}`;
		const { stderr } = await runScanner({
			tool,
			args: [
				"image",
				...paths,
				...wish,
				...alone
			],
			env: {
				...trivyEnvironment,
				TMPDIR: folder
			},
			cwd: folder,
			limit,
			doing
		}, ports);
		return readReport({
			tool,
			doing,
			file,
			list: "Results"
		}, (report) => ({
			findings: readTrivyFindings(report),
			packages: readTrivyPackages(report),
			distribution: readTrivyDistribution(report, {
				sources,
				words: stripVTControlCharacters(stderr)
			})
		}));
	} };
}
// src/scan/trivy-archive.ts
var import_tar_stream = require_tar_stream();
const files = /* @__PURE__ */ new Set(["trivy.db", "metadata.json"]);
/**
* Unpacks a database of trivy as its registry has it (`db.tar.gz`: `trivy.db` and `metadata.json`) into `folder`; other files are
* passed over. Fails with SCAN_FAILED when it is damaged or lacks one of them, DISK_FULL.
*/
async function unpackTrivyDatabase(archive, folder) {
	await mkdir(folder, { recursive: true });
	const missing = new Set(files);
	const hint = "Give scan-database the layer of the database artifact: db.tar.gz, with trivy.db and metadata.json.";
	try {
		const entries = (0, import_tar_stream.extract)();
		const unpacking = (async () => {
			for await (const entry of entries) {
				const name = entry.header.name.replace(/^\.\//, "");
				if (entry.header.type !== "file" || !files.has(name)) {
					entry.resume();
					continue;
				}
				await pipeline$1(entry, createWriteStream(join(folder, name)));
				missing.delete(name);
			}
		})();
		await Promise.all([pipeline$1(createReadStream(archive), createGunzip(), entries), unpacking]);
	} catch (error) {
		const told = fullDisk(error, folder);
		if (told !== error) throw told;
		throw databaseFailure(`this is not a database of trivy: ${archive} is no gzipped tar (${error instanceof Error ? error.message : String(error)})`, hint, error);
	}
	if (missing.size === 0) return;
	throw databaseFailure(`this is not a database of trivy: ${archive} has no ${[...missing].join(", ")}`, hint);
}
// src/scan/trivy-database.ts
/** Of the databases that every trivy since 0.20 reads. */
const schema = 2;
/** As old as grype's may be. */
const oldest = 432e6;
const passing = /connection re|i\/o timeout|no such host|TLS handshake|unexpected EOF|context deadline|TOOMANYREQUESTS|\b(?:429|50[0234])\b|server misbehaving|network is unreachable/i;
/** trivy's databases: artifacts in a registry, which trivy fetches itself, or a file: the layer of such an artifact. */
function trivyDatabases(setting, ports) {
	return {
		scanner: "trivy",
		schema: String(schema),
		takeFile: (path, folder) => unpackTrivyDatabase(path, join(folder, "db")),
		check: (folder) => check(folder, ports),
		async fetch(mirror, folder) {
			await mkdir(folder, { recursive: true });
			await ports.patience.retry("download of trivy's database", () => download(mirror, folder, {
				setting,
				ports
			}));
			return {};
		}
	};
}
async function download(mirror, folder, { setting, ports }) {
	const args = [
		"image",
		"--download-db-only",
		"--cache-dir",
		folder,
		...mirror === publishedPlaces.trivy ? [] : ["--db-repository", mirror]
	];
	const env = {
		...trivyEnvironment,
		TMPDIR: setting.temp
	};
	const doing = `download of its database from ${mirror}`;
	try {
		await runScanner({
			...setting,
			args,
			env,
			cwd: setting.temp,
			doing
		}, ports);
	} catch (error) {
		if (!(error instanceof Failure) || error.code !== "SCAN_FAILED") throw error;
		const failure = databaseFailure(error.message, "Run it again later, let the runner reach the registry, or give scan-database: a mirror such as ghcr.io/aquasecurity/trivy-db:2, or a file.", error);
		throw passing.test(error.message) ? new Transient(failure) : failure;
	}
}
async function check(folder, { clock }) {
	const metadata = parseObject(await readFile(join(folder, "db", "metadata.json"), "utf8").catch(() => ""));
	const built = textOf(metadata?.["UpdatedAt"]);
	const time = Date.parse(built);
	if (metadata?.["Version"] !== schema || Number.isNaN(time)) throw databaseFailure(`trivy cannot use its database: its metadata.json is not of schema ${schema}`, "Give another scan-database, or leave it out.");
	if (clock.now().getTime() - time <= oldest) {
		await readSources(folder);
		return new Date(time).toISOString();
	}
	throw databaseFailure(`trivy's database is too old: made ${built}, ${ageOf(built, clock.now())} ago; at most 5 days are good`, "Give scan-database a mirror that is kept up to date, or a newer file.");
}
// src/scan/open-scanner.ts
/**
* Makes the database ready: the one of the day from the tool cache, else a new one. Fails with SCAN_FAILED or DISK_FULL when
* there is none; where none is required that is a warning, and the answer undefined: nothing is scanned then.
*/
async function openScanner(wish, ports) {
	const { tool, machine, limit } = wish;
	const name = scannerName(tool);
	const source = readDatabaseWish(name, wish.database, machine.workspace);
	await mkdir(machine.temp, { recursive: true });
	const openIt = async () => openDatabase(await makers[name]({
		tool,
		temp: machine.temp,
		limit
	}, ports), source, ports);
	const database = await openIt().catch((error) => {
		if (wish.required || !(error instanceof Failure) || error.code === "CANCELLED") throw error;
		ports.log.warning(`nothing is scanned: ${error.message}`);
	});
	if (database === void 0) return void 0;
	tellAge(name, database, ports);
	const title = `${name} ${tool.version}`;
	const driver = drivers[name]({
		tool,
		database: database.folder,
		limit
	}, ports);
	return {
		scanner: {
			name,
			version: tool.version,
			database: database.facts
		},
		scan: (image) => scanImage(image, {
			driver,
			title,
			temp: machine.temp
		}, ports)
	};
}
const makers = {
	grype: grypeDatabases,
	trivy: trivyDatabases
};
const drivers = {
	grype: grypeDriver,
	trivy: trivyDriver
};
function scannerName({ name }) {
	if (name === "grype" || name === "trivy") return name;
	throw new TypeError(`${name} is no scanner`);
}
export { scanStage as n, openScanner as t };

import { D as throwIfAny, E as collect, O as Failure, T as Failures } from "./start.js";
import { t as require_dist } from "./vendor.js";
import { Readable } from "node:stream";
import { isUtf8 } from "node:buffer";
import { inflateRawSync } from "node:zlib";
import { createHash } from "node:crypto";
import { lstat, open, readFile, readlink, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createReadStream, statSync } from "node:fs";
// src/domain/tool.ts
/** Whether `build` of this very binary takes the flag (`--lockfile`). */
function takesFlag(tool, flag) {
	return tool.flags.has(flag);
}
// src/melange/yaml-value.ts
/** A mapping of a parsed YAML document. */
function isRecord(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** Items of a sequence; none for anything else. */
function entriesOf(value) {
	return Array.isArray(value) ? value : [];
}
/** A string or number as text; `other` for anything else. */
function textOr(value, other) {
	return typeof value === "string" || typeof value === "number" ? String(value) : other;
}
// src/domain/without-logins.ts
/** A text that may have URLs in it, as it may be shown: `https://user:password@host` as `https://***@host`. */
function withoutLogins(text) {
	return text.replaceAll(/(\w:\/\/)[^/\s]+@/g, "$1***@");
}
// src/domain/other-than-file.ts
var import_dist = require_dist();
/** What stands at a path instead of a file: `a folder`, `a pipe`, …; undefined for a file, and where there is nothing. */
async function otherThanFile(path) {
	const found = await stat(path).catch(() => void 0);
	if (found?.isFile()) return void 0;
	if (found?.isDirectory()) return "a folder";
	if (found?.isFIFO()) return "a pipe";
	if (found !== void 0) return found.isSocket() ? "a socket" : "a device";
	if (!(await lstat(path).catch(() => void 0))?.isSymbolicLink()) return void 0;
	return `a link to ${await readlink(path)}, which cannot be followed`;
}
// src/domain/text-file.ts
/**
* Text of a file of the user. `absolute` is where it is, `file` how messages name it.
* Fails with CONFIG_MISSING when it can't be read, CONFIG_INVALID on the line that is not UTF-8.
*/
async function readTextFile(absolute, file) {
	const other = await otherThanFile(absolute);
	if (other !== void 0) throw new Failure("CONFIG_MISSING", `cannot read ${file}: it is ${other}`);
	const bytes = await readFile(absolute).catch((cause) => {
		throw new Failure("CONFIG_MISSING", `cannot read ${file}: ${reason(cause)}`, { cause });
	});
	if (isUtf8(bytes)) return bytes.toString("utf8");
	const at = {
		file,
		line: lineOfOther(bytes)
	};
	throw new Failure("CONFIG_INVALID", `${file}:${at.line}: not UTF-8`, {
		at,
		hint: "Save the file with the encoding UTF-8."
	});
}
/** The first line that is not UTF-8: no character of it holds the byte of a line's end. */
function lineOfOther(bytes) {
	let start = 0;
	for (let line = 1;; line += 1) {
		const end = bytes.indexOf(10, start);
		if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
		start = end + 1;
	}
}
function reason(cause) {
	return {
		ENOENT: "there is no such file",
		EACCES: "no permission"
	}[cause?.code ?? ""] ?? String(cause);
}
// src/domain/yaml-alias.ts
/** The first alias (`*name`) that stands for nothing, or for something that it is itself a part of. */
function findAliasProblem(document) {
	const found = [];
	(0, import_dist.visit)(document, { Alias(_, alias, path) {
		const target = alias.resolve(document);
		const offset = alias.range?.[0] ?? 0;
		if (target === void 0) found.push({
			offset,
			text: `*${alias.source} stands for nothing: no &${alias.source} is before it`
		});
		else if (path.includes(target)) found.push({
			offset,
			text: `*${alias.source} is a part of what it stands for`
		});
		else return void 0;
		return import_dist.visit.BREAK;
	} });
	return found[0];
}
// src/domain/yaml-file.ts
/**
* Reads one YAML 1.2 document. `absolute` is where the file is, `file` how messages name it.
* Fails with CONFIG_MISSING when it can't be read, CONFIG_INVALID with line and column when it is not YAML,
* or more than one document.
*/
async function readYamlFile(absolute, file) {
	return parseYamlFile(file, await readTextFile(absolute, file));
}
/** As {@link readYamlFile}, for a text at hand. */
function parseYamlFile(file, marked) {
	const text = marked.replace(/^\uFEFF/, "");
	const lines = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(text, {
		lineCounter: lines,
		prettyErrors: false,
		uniqueKeys: true
	});
	const place = (offset) => {
		const { line, col } = lines.linePos(offset);
		return {
			file,
			line,
			column: col
		};
	};
	const invalid = (offset, text, cause) => {
		const at = place(offset);
		return new Failure("CONFIG_INVALID", `${file}:${at.line}:${at.column}: ${text}`, {
			at,
			cause
		});
	};
	const [error] = document.errors;
	if (error?.code === "MULTIPLE_DOCS") throw invalid(error.pos[0], "more than one document; accepted: one");
	if (error !== void 0) throw invalid(error.pos[0], `not valid YAML: ${error.message}`, error);
	const alias = findAliasProblem(document);
	if (alias !== void 0) throw invalid(alias.offset, alias.text);
	const held = new WeakRef(document);
	const tree = () => held.deref() ?? (0, import_dist.parseDocument)(text, {
		prettyErrors: false,
		uniqueKeys: true
	});
	return {
		file,
		value: valueOf(document, (cause) => invalid(0, "its aliases (*name) unfold to too much", cause)),
		placeOf(path) {
			const whole = tree();
			for (let length = path.length; length >= 0; length -= 1) {
				const node = nodeAt(whole, path.slice(0, length));
				if ((0, import_dist.isNode)(node) && node.range) return place(node.range[0]);
			}
			return {
				file,
				line: 1,
				column: 1
			};
		},
		textOf(path) {
			const node = tree().getIn(path, true);
			return (0, import_dist.isScalar)(node) && node.value !== null ? node.source ?? JSON.stringify(node.value) : void 0;
		}
	};
}
/** The node at a path; for a mapping or list that has a name, that name, since it stands on the line that people look for. */
function nodeAt(document, path) {
	if (path.length === 0) return document.contents;
	const node = document.getIn(path, true);
	if (!(0, import_dist.isCollection)(node)) return node;
	const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
	if (!(0, import_dist.isMap)(parent)) return node;
	return parent.items.find(({ value }) => value === node)?.key ?? node;
}
/** What the document says; the library gives up on aliases of aliases that would fill the memory. */
function valueOf(document, tooMuch) {
	try {
		return document.toJS({ maxAliasCount: 100 });
	} catch (cause) {
		throw cause instanceof ReferenceError ? tooMuch(cause) : cause;
	}
}
// src/melange/substitution.ts
/** Replaces each `${{name}}` that is known; others stay as they are. */
function substitute(text, known) {
	return text.replaceAll(/\$\{\{\s*([^}\s]+)\s*\}\}/g, (whole, name) => known.get(name) ?? whole);
}
/** Whether something is left that only melange can fill in. */
function hasSubstitution(text) {
	return text.includes("${{");
}
// src/melange/subpackages.ts
/** Names of all subpackages, with `range` unrolled over `data` as melange does it (keys in alphabetical order). */
function subpackagesOf(melange, known) {
	if (!isRecord(melange)) return [];
	return entriesOf(melange["subpackages"]).flatMap((item, index) => {
		if (!isRecord(item)) return [];
		const name = textOr(item["name"], "");
		return rangeOf(melange["data"], textOr(item["range"], "")).map((ranged) => {
			const values = ranged.size === 0 ? known : new Map([...known, ...ranged]);
			return {
				name: substitute(name, values),
				index,
				values
			};
		});
	});
}
function rangeOf(data, range) {
	if (range === "") return [/* @__PURE__ */ new Map()];
	const found = entriesOf(data).find((each) => isRecord(each) && each["name"] === range);
	const items = isRecord(found) && isRecord(found["items"]) ? found["items"] : {};
	return Object.entries(items).sort(([a], [b]) => a < b ? -1 : 1).map(([key, value]) => /* @__PURE__ */ new Map([["range.key", key], ["range.value", textOr(value, "")]]));
}
// src/domain/json-object.ts
/** The object that the text is as JSON; undefined when it is anything else. */
function parseObject$1(text) {
	try {
		return asObject(JSON.parse(text));
	} catch {
		return;
	}
}
/** The value as an object to look into; undefined for anything else, lists too. */
function asObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : void 0;
}
// src/domain/retry-after.ts
/** Milliseconds that a Retry-After header asks to wait (RFC 9110: seconds or a date); undefined when it says nothing usable. */
function parseRetryAfter(header, now) {
	const text = header?.trim() ?? "";
	if (/^\d{1,9}$/.test(text)) return Number(text) * 1e3;
	const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? void 0 : Math.max(0, date - now.getTime());
}
// src/domain/read-at-most.ts
/**
* The body's first bytes: all of it when it has at most `limit`, else more than that, by which it is known to be longer. What comes
* after is not read, and the body is destroyed. Throws as the body does.
*/
async function readAtMost(body, limit) {
	const chunks = [];
	let length = 0;
	for await (const chunk of body) {
		const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
		chunks.push(bytes);
		length += bytes.length;
		if (length > limit) break;
	}
	return Buffer.concat(chunks);
}
// src/domain/transient.ts
/**
* Thrown by an attempt that may be repeated. `failure` is what the user sees when patience ends;
* `retryAfter` (milliseconds) is how long the other side asked us to wait.
*/
var Transient = class extends Error {
	name = "Transient";
	failure;
	retryAfter;
	constructor(failure, retryAfter) {
		super(failure.message, { cause: failure });
		this.failure = failure;
		this.retryAfter = retryAfter;
	}
};
// src/sigstore/services.ts
/** The public good instance. Its log of the first API stamps the time itself; that of the second needs the authority. */
const publicGood = {
	fulcio: "https://fulcio.sigstore.dev",
	rekor: "https://rekor.sigstore.dev",
	tsa: "https://timestamp.sigstore.dev/api/v1/timestamp"
};
/**
* Decides which services are used: the public good instance, unless addresses say otherwise. A Fulcio of one's own is not
* mixed with the public log: what is not given is not used then. Fails with INPUT_INVALID for a choice that cannot be verified.
*/
function chooseServices(wish) {
	const fulcio = wish.fulcioUrl ?? publicGood.fulcio;
	const rekorUrl = wish.rekorUrl ?? (isPublicGood(fulcio) ? publicGood.rekor : void 0);
	const rekor = rekorUrl === void 0 ? void 0 : splitVersion(rekorUrl);
	const tsa = wish.tsaUrl ?? (rekor?.version === 2 && isPublicGood(rekor.url) ? publicGood.tsa : void 0);
	checkVerifiable({
		...wish,
		fulcio,
		rekor,
		tsa
	});
	const publicLog = rekor !== void 0 && isPublicGood(rekor.url);
	return {
		fulcio,
		rekor,
		tsa,
		trustedRoot: wish.trustedRoot,
		publicLog
	};
}
function checkVerifiable({ cosignKey, trustedRoot, fulcio, rekor, tsa }) {
	const own = [
		cosignKey ? void 0 : fulcio,
		rekor?.url,
		tsa
	].find((url) => url !== void 0 && !isPublicGood(url));
	if (own !== void 0 && trustedRoot === void 0) throw withoutRoot(own);
	if (cosignKey || tsa !== void 0) return;
	if (rekor === void 0) throw withoutTime(fulcio);
	if (rekor.version === 2) throw withoutStamps(rekor.url);
}
/** INPUT_INVALID: a log of the second API gives no time that could be checked, so nothing would say when the certificate was good. */
function withoutStamps(rekor) {
	return new Failure("INPUT_INVALID", `the log at ${rekor} does not stamp the time, and tsa-url is not given`, { hint: "Give the address of a timestamp authority that the trusted root lists as tsa-url." });
}
function isPublicGood(url) {
	return /(^|\.)sigstore\.dev$/.test(URL.parse(url)?.hostname ?? "");
}
/** The version of the API is told by its path, by the names of the public logs, or else found out by asking. */
function splitVersion(given) {
	const [, url = given, api] = /^(.*?)\/api\/v([12])$/.exec(given) ?? [];
	if (api !== void 0) return {
		url,
		version: api === "1" ? 1 : 2
	};
	if (!isPublicGood(url)) return {
		url,
		version: "unknown"
	};
	return {
		url,
		version: URL.parse(url)?.hostname === "rekor.sigstore.dev" ? 1 : 2
	};
}
function withoutRoot(url) {
	return new Failure("INPUT_INVALID", `${url} is not of the public good instance, and trusted-root is not given`, { hint: "Give the trusted root of your instance as trusted-root: `cosign trusted-root create` makes the file." });
}
function withoutTime(fulcio) {
	return new Failure("INPUT_INVALID", `signatures with certificates of ${fulcio} need a log or a timestamp authority, and neither rekor-url nor tsa-url is given`, { hint: "Give at least one of rekor-url and tsa-url." });
}
// src/domain/outcome.ts
/**
* Does one after another, and goes on when one fails as foreseen. A cancellation stops it, as does a bug: both are thrown.
*/
async function eachAlone(items, work) {
	const outcomes = [];
	for (const item of items) try {
		outcomes.push({ value: await work(item) });
	} catch (error) {
		outcomes.push({ failures: foreseen(error) });
	}
	return outcomes;
}
/** The failures in what was thrown; throws it again when it is a bug or the cancellation. */
function foreseen(error) {
	const failures = error instanceof Failures ? error.all : error instanceof Failure ? [error] : [];
	if (failures.length === 0 || failures.some(({ code }) => code === "CANCELLED")) throw error;
	return failures;
}
/** The values and the failures among outcomes, each in their order. */
function partOutcomes(outcomes) {
	return {
		values: outcomes.flatMap((each) => "value" in each ? [each.value] : []),
		failed: outcomes.flatMap((each) => "failures" in each ? each.failures : [])
	};
}
// src/domain/link-header.ts
/** The address of the next page in a Link header (RFC 8288); undefined when there is none. It may be relative. */
function nextPage(header) {
	for (const [, url, parameters = ""] of (header ?? "").matchAll(/<([^>]*)>((?:[^,"]|"[^"]*")*)/g)) {
		const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
		if ((relations?.[1] ?? relations?.[2] ?? "").toLowerCase().split(/\s+/).includes("next")) return url;
	}
}
// src/github/address.ts
/**
* Address of a request: a path below the API, or an absolute one that GitHub named itself (`upload_url`, the next page).
* The token goes to GitHub's own hosts only: fails with GITHUB_REFUSED for an address elsewhere, or one that is not https.
*/
function addressOf(path, api) {
	if (path.startsWith("/")) return `${api.replace(/\/+$/, "")}${path}`;
	const url = URL.parse(path);
	const own = new URL(api);
	if (url !== null && siteOf(url) === siteOf(own) && url.protocol === own.protocol) return url.href;
	throw new Failure("GITHUB_REFUSED", `${own.host} names an address that is not its own: ${url?.origin ?? "no URL"}`, { hint: "Is the API that of GitHub itself, and not of a proxy?" });
}
/** `github.com` for `api.github.com` and `uploads.github.com`. */
function siteOf({ hostname }) {
	return hostname.replace(/^(api|uploads)\./, "");
}
// src/github/answer-body.ts
/** A page of a hundred releases with their texts and assets stays far below it. */
const limit$1 = 67108864;
/** The whole body of an answer. Throws as the port's body does; fails with GITHUB_REFUSED for one over 64 MiB. */
async function readBody({ body, url }) {
	const bytes = await readAtMost(body, limit$1);
	if (bytes.length <= limit$1) return bytes;
	throw new Failure("GITHUB_REFUSED", `${new URL(url).host} answered more than 64 MiB`);
}
/** The JSON that the bytes are; undefined for anything else, and for nothing. */
function jsonOf(bytes) {
	try {
		return JSON.parse(bytes.toString("utf8"));
	} catch {
		return;
	}
}
// src/github/rate-limit.ts
/**
* Milliseconds to wait when an answer says that too much was asked; undefined when it says something else. GitHub answers
* 403 as well as 429, and both with or without the times (REST API, "Rate limits", exceeding the rate limit): Retry-After
* goes first, then the reset of a limit that is used up, else a minute.
*/
function waitOfLimit({ status, headers, words }, now) {
	const retryAfter = parseRetryAfter(headers["retry-after"], now);
	const isUsedUp = headers["x-ratelimit-remaining"]?.trim() === "0";
	const isSaid = /rate limit|abuse detection/i.test(words);
	if (!(status === 429 || status === 403 && (retryAfter !== void 0 || isUsedUp || isSaid))) return void 0;
	const reset = isUsedUp ? Number(headers["x-ratelimit-reset"] || NaN) : NaN;
	const untilReset = Number.isFinite(reset) ? Math.max(0, reset * 1e3 - now.getTime()) : void 0;
	return retryAfter ?? untilReset ?? 6e4;
}
// src/github/refusal.ts
const outageHint = "Run it again once GitHub is back; the input `deadline` says how long an outage is waited out.";
/** Transient for a limit that was met, with its time: nothing was done. Undefined for anything else. */
function limitIn(answer, now) {
	const wait = waitOfLimit(answer, now);
	if (wait === void 0) return void 0;
	return new Transient(new Failure("GITHUB_REFUSED", messageOf(answer), { hint: "Run it again later; the input `deadline` says how long a limit is waited out." }), wait);
}
/** NETWORK_FAILED for an answer that says nothing about what was asked (5xx); undefined for one that does. */
function outageIn(answer) {
	const { status } = answer;
	return status === 408 || status === 425 || status >= 500 ? new Failure("NETWORK_FAILED", messageOf(answer), { hint: outageHint }) : void 0;
}
/** GITHUB_REFUSED: asking again does not help. The hint names the permission that is missing where GitHub says so. */
function refusalOf$1(answer) {
	return new Failure("GITHUB_REFUSED", messageOf(answer), { hint: hintOf(answer) });
}
function messageOf({ what, host, status, words }) {
	return `${what}: GitHub (${host}) answered ${status}${words === "" ? "" : `: ${words}`}`;
}
function hintOf({ status, headers }) {
	if (status === 401) return "The token is not valid, or no longer; `github-token` is that of the job unless given.";
	if (status >= 300 && status < 400) return "Was the repository renamed or moved? Use its present name, or run the workflow there.";
	if (status !== 403 && status !== 404) return void 0;
	const doubt = status === 404 ? "Is it there, and may the token see it?" : "Does the token have the permission it needs?";
	return missingIn(headers) ?? doubt;
}
/** What GitHub says in headers that the token is short of. */
function missingIn(headers) {
	const sso = /url=(\S+)/.exec(headers["x-github-sso"] ?? "")?.[1];
	if (sso !== void 0) return `The organisation wants its single sign-on for this token: authorize it at ${sso}.`;
	const permissions = permissionsIn(headers["x-accepted-github-permissions"]);
	if (permissions !== void 0) return `Add ${permissions} to the permissions of the job; a token of your own needs the same.`;
	const scopes = headers["x-accepted-oauth-scopes"]?.trim() ?? "";
	return scopes === "" ? void 0 : `The token needs one of these scopes: ${scopes}.`;
}
/** `contents=write,workflows=write; contents=write` as people write it in a workflow; the least that is enough. */
function permissionsIn(header) {
	return (header ?? "").split(";").map((way) => way.split(",").flatMap((each) => /^\s*(\w+)=(\w+)\s*$/.exec(each)?.slice(1, 3).join(": ") ?? [])).filter((way) => way.length > 0).sort((one, other) => one.length - other.length)[0]?.map((each) => `\`${each.replaceAll("_", "-")}\``).join(" and ");
}
// src/github/words.ts
/**
* What an answer of GitHub says in its own words: the message, and each of the single errors when it lists any. A text that
* is no JSON is given as it is when it is short and no page. Not yet fit to be shown: see `plainWords`.
*/
function saidIn(body) {
	const text = Buffer.from(body).toString("utf8");
	const answer = parseObject$1(text);
	const message = answer?.["message"];
	const said = typeof message === "string" ? message : text.length < 200 && !text.includes("<") ? text : "";
	const errors = answer?.["errors"];
	return [said, ...Array.isArray(errors) ? errors.map(singleError) : []].filter((words) => words !== "").join("; ");
}
function singleError(error) {
	if (typeof error === "string") return error;
	const { message, resource, field, code } = asObject(error) ?? {};
	if (typeof message === "string") return message;
	return [
		resource,
		field,
		code
	].filter((part) => typeof part === "string").join(" ");
}
/** One line of at most 300 characters, without the token and without anything that looks like one. */
function plainWords(words, token) {
	const line = (token === "" ? words : words.replaceAll(token, "[token]")).replaceAll(/\bey[JA][\w-]{8,}(\.[\w-]*){0,2}|\b(gh[a-z]|github_pat)_\w{8,}/g, "[token]").replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
	return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
// src/github/rest.ts
function openGithub(access, ports) {
	ports.secrets.mask(access.token);
	const ask = async (request) => {
		if (request.once) return send(request, access, ports);
		return ports.patience.retry(request.what, () => send(request, access, ports));
	};
	return {
		api: access.api,
		ask,
		async *pages(request) {
			let path = request.path;
			while (path !== void 0) {
				const answer = await ask({
					...request,
					method: "GET",
					path
				});
				yield answer;
				path = nextPage(answer.headers["link"]);
			}
		}
	};
}
async function send(request, access, ports) {
	const { what, method, path, accept = [], idleTimeout } = request;
	const url = addressOf(path, access.api);
	const { headers, body } = contentOf(request.body);
	const answer = await ports.http.send({
		method,
		url,
		headers: {
			...access.token === "" ? {} : { authorization: `Bearer ${access.token}` },
			accept: request.media ?? "application/vnd.github+json",
			"x-github-api-version": "2022-11-28",
			...headers
		},
		...body === void 0 ? {} : { body },
		...idleTimeout === void 0 ? {} : { idleTimeout }
	}).then(async (response) => ({
		...response,
		bytes: await readBody(response)
	})).catch((error) => {
		throw brokenOff(error, request);
	});
	const { status, bytes } = answer;
	const given = {
		status,
		headers: answer.headers,
		bytes,
		json: jsonOf(bytes)
	};
	if (status < 300) return given;
	const words = plainWords(saidIn(bytes), access.token);
	const refused = {
		what,
		host: new URL(url).host,
		status,
		headers: answer.headers,
		words
	};
	const limit = limitIn(refused, ports.clock.now());
	if (limit !== void 0) throw limit;
	if (accept.includes(status)) return given;
	const outage = outageIn(refused);
	if (outage === void 0) throw refusalOf$1(refused);
	throw mayRepeat(request) ? new Transient(outage) : unsure(outage);
}
function contentOf(body) {
	if (body === void 0) return {};
	if (!isUpload(body)) return {
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body)
	};
	const { bytes, contentType, size } = body;
	return {
		headers: {
			"content-type": contentType,
			"content-length": String(size)
		},
		body: typeof bytes === "function" ? bytes() : bytes
	};
}
function isUpload(body) {
	return "bytes" in body && "contentType" in body && "size" in body;
}
function mayRepeat({ method, repeatable, once }) {
	return method !== "POST" || repeatable === true || once === true;
}
/** The failure of an exchange without an answer, with what was asked. */
function brokenOff(error, request) {
	const failure = error instanceof Transient ? error.failure : error;
	if (!(failure instanceof Failure) || failure.code !== "NETWORK_FAILED") return error;
	const named = new Failure(failure.code, `${request.what}: ${failure.message}`, {
		hint: failure.hint,
		cause: failure
	});
	if (!(error instanceof Transient)) return named;
	return mayRepeat(request) ? new Transient(named, error.retryAfter) : unsure(named);
}
/** A POST that broke off: it may have been done, so it is not sent again blindly. */
function unsure(failure) {
	return new Failure(failure.code, `${failure.message}; it is not known whether it was done`, {
		hint: failure.hint ?? "Run it again once GitHub is back.",
		cause: failure
	});
}
// src/domain/digest.ts
function isDigest(text) {
	return /^sha256:[0-9a-f]{64}$/.test(text);
}
function digestOf(bytes) {
	return digestFromHex(sha256Hex(bytes));
}
function digestFromHex(hex) {
	const text = `sha256:${hex}`;
	if (!isDigest(text)) throw new TypeError(`not a sha256: ${hex}`);
	return text;
}
/** The 64 hex digits without the algorithm. */
function hexOf(digest) {
	return digest.slice(7);
}
function sha256Hex(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
// src/oci/reference.ts
/**
* Reads `ghcr.io/owner/name`, `localhost:5000/name`, `name` (Docker Hub), by the grammar of the distribution reference.
* Fails with INPUT_INVALID when it is none, or has a tag or digest.
*/
function parseRepository(text) {
	const reference = parseReference(text);
	const extra = reference.digest === void 0 ? "tag" : "digest";
	if (reference.tag !== void 0 || reference.digest !== void 0) throw invalid$1(text, `a repository is wanted here, without a ${extra}`, formatRepository(reference));
	return {
		registry: reference.registry,
		path: reference.path
	};
}
/** Reads an image name with or without tag and digest: `ghcr.io/owner/name:1.0@sha256:…`. Fails with INPUT_INVALID. */
function parseReference(text) {
	const scheme = /^[a-z]+:\/\//i.exec(text);
	if (scheme !== null) throw invalid$1(text, `it starts with "${scheme[0]}"; image names have no scheme`, text.slice(scheme[0].length));
	const [rest = "", digest, ...more] = text.split("@");
	if (more.length > 0) throw invalid$1(text, "it has more than one \"@\"");
	if (digest !== void 0 && !isDigest(digest)) throw invalid$1(text, `"${digest}" is not a digest; accepted: sha256: and 64 hex digits in lower case`);
	const [, name = "", tag] = /^(.*?)(?::([^/:]*))?$/.exec(rest) ?? [];
	return {
		...splitRegistry(text, name),
		...tag === void 0 ? {} : { tag: parseTag(tag) },
		...digest === void 0 ? {} : { digest }
	};
}
/** Checks a tag: letters, digits, `_`, `.`, `-`, not starting with `.` or `-`, at most 128 characters. Fails with INPUT_INVALID. */
function parseTag(text) {
	if (/^\w[\w.-]{0,127}$/.test(text)) return text;
	const wrong = text === "" ? "it is empty" : text.length > 128 ? `it has ${text.length} characters, 128 are accepted` : /^[.-]/.test(text) ? `it starts with "${text[0]}"` : `${quoted(text.match(/[^\w.-]/gu) ?? [])} may not be in a tag`;
	throw new Failure("INPUT_INVALID", `"${text}" is not a tag: ${wrong}`, { hint: "A tag has letters, digits, \"_\", \".\" and \"-\", does not start with \".\" or \"-\", and has at most 128 characters." });
}
/** The name that a registry goes by: its host in lower case, `docker.io` for all names of Docker Hub. */
function registryOfHost(host) {
	const lower = host.toLowerCase();
	return ["index.docker.io", "registry-1.docker.io"].includes(lower) ? "docker.io" : lower;
}
/** `ghcr.io/owner/name` */
function formatRepository(repository) {
	return `${repository.registry}/${repository.path}`;
}
/** `ghcr.io/owner/name:tag@sha256:…`, as far as it has them. */
function formatReference(reference) {
	const tag = reference.tag === void 0 ? "" : `:${reference.tag}`;
	const digest = reference.digest === void 0 ? "" : `@${reference.digest}`;
	return `${formatRepository(reference)}${tag}${digest}`;
}
function splitRegistry(text, name) {
	const slash = name.indexOf("/");
	const first = slash < 0 ? "" : name.slice(0, slash);
	const isHost = /[.:[]/.test(first) || first.toLowerCase() === "localhost";
	const registry = isHost ? hostOf(text, first) : "docker.io";
	const path = checkedPath(text, isHost ? name.slice(slash + 1) : name);
	return {
		registry,
		path: registry === "docker.io" && !path.includes("/") ? `library/${path}` : path
	};
}
function hostOf(text, host) {
	const label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
	const match = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-f:]+\\])(?::(\\d{1,5}))?$`, "i").exec(host);
	if (match === null || Number(match[1] ?? 0) > 65535) throw invalid$1(text, `"${host}" is not a registry; accepted: a host name with or without a port`);
	return registryOfHost(host);
}
function checkedPath(text, path) {
	if (path === "") throw invalid$1(text, "it has no repository name");
	if (path.length > 255) throw invalid$1(text, `its path has ${path.length} characters, 255 are accepted`);
	if (/[A-Z]/.test(path)) throw invalid$1(text, `"${path}" has upper case letters, registries take lower case only`, text.replace(path, path.toLowerCase()));
	const bad = path.split("/").find((part) => !/^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(part));
	if (bad === void 0) return path;
	const strange = bad.match(/[^a-z0-9._-]/gu);
	throw invalid$1(text, bad === "" ? "it has an empty part between slashes" : strange === null ? `"${bad}" has ".", "_" or "-" at an end or in a row; they may stand between letters and digits only` : `${quoted(strange)} may not be in "${bad}"; accepted: lower case letters, digits, ".", "_", "-"`);
}
function invalid$1(text, wrong, better) {
	const hint = better === void 0 ? "An image name looks like ghcr.io/owner/name." : `Write ${better}.`;
	return new Failure("INPUT_INVALID", `"${text}" is not an image name: ${wrong}`, { hint });
}
function quoted(characters) {
	return [...new Set(characters)].map((each) => JSON.stringify(each)).join(", ");
}
// src/oci/access.ts
/**
* Registries are reached by https; by http those on this machine (localhost, 127.0.0.0/8, [::1]) and those named in
* `insecure` (`registry.lan:5000`).
*/
function originOf(registry, insecure = []) {
	const isLocal = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(registry);
	const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
	return `${isLocal || insecure.includes(registry) ? "http" : "https"}://${host}`;
}
/** URL below the repository: `urlOf(access, 'manifests/latest')`. */
function urlOf({ origin, repository }, rest) {
	return `${origin}/v2/${repository.path}/${rest}`;
}
/** What a token has to allow (distribution spec, token scope): `repository:owner/name:pull,push`. */
function scopeOf(repository, wish) {
	return `repository:${repository.path}:${wish === "push" ? "pull,push" : "pull"}`;
}
/** How messages name the place. */
function placeOf({ repository }) {
	return formatRepository(repository);
}
// src/oci/upload-place.ts
/** Begins an upload; undefined when the registry took the blob over from `mountFrom` instead. */
async function startUpload(session, blob, mountFrom) {
	const url = new URL(urlOf(session.access, "blobs/uploads/"));
	if (mountFrom !== void 0) {
		url.searchParams.set("mount", blob.digest);
		url.searchParams.set("from", mountFrom.path);
	}
	const response = await session.send({
		method: "POST",
		url: url.href,
		moreScopes: mountFrom === void 0 ? [] : [scopeOf(mountFrom, "pull")],
		headers: { "content-length": "0" }
	});
	const mounted = response.status === 201 && mountFrom !== void 0;
	await expectStatus(session, response, {
		doing: doingOf$1(session, blob),
		statuses: mounted ? [201] : [202]
	});
	const least = Number(response.headers["oci-chunk-min-length"] ?? 0);
	return mounted ? void 0 : {
		url: nextUrl(session, response),
		leastChunk: Number.isSafeInteger(least) && least > 0 ? least : 0
	};
}
/** Address for the next request of an upload: its Location, which may be relative to what was asked. Fails with REGISTRY_FAILED. */
function nextUrl({ access }, response) {
	const url = URL.parse(response.headers["location"] ?? "", response.url);
	if (url !== null && response.headers["location"] !== void 0) return url.href;
	throw new Failure("REGISTRY_FAILED", `${access.repository.registry} began an upload without saying where to`, { hint: `Is ${access.repository.registry} a container registry?` });
}
/** The upload's address for its last request. Its own query, which is the registry's business, stays as it is. */
function closingUrl(place, digest) {
	const url = new URL(place.url);
	const query = `digest=${encodeURIComponent(digest)}`;
	url.search = url.search === "" ? query : `${url.search}&${query}`;
	return url.href;
}
/** Lets an answer pass that has one of the statuses, and empties it; throws Transient or Failure for any other. */
async function expectStatus(session, response, { doing, statuses }) {
	if (!statuses.includes(response.status)) throw await session.refusal(doing, response);
	response.body.resume();
}
/** `push of blob 1a2b3c4d5e6f to ghcr.io/octo/demo` */
function doingOf$1({ access }, blob) {
	return `push of blob ${shortDigest(blob.digest)} to ${placeOf(access)}`;
}
/** The first 12 hex digits, as docker shows them. */
function shortDigest(digest) {
	return hexOf(digest).slice(0, 12);
}
// src/oci/chunked-upload.ts
/** Below this no request is made smaller, however often the registry finds it too large. */
const smallestChunk = 131072;
/** Milliseconds that a registry may take to store a blob once it has all of it. */
const commitTimeout = 3e5;
/** Uploads in parts of `chunkSize` bytes; in smaller ones when the registry answers 413. */
function openChunkedUpload(session, source, chunkSize) {
	const { descriptor } = source;
	const doing = doingOf$1(session, descriptor);
	const headers = { "content-type": "application/octet-stream" };
	let size = chunkSize;
	let place;
	let offset = 0;
	const sendPart = async (at) => {
		const start = offset;
		const end = Math.min(descriptor.size, start + Math.max(size, at.leastChunk));
		const response = await session.send({
			method: "PATCH",
			url: at.url,
			headers: {
				...headers,
				"content-range": `${start}-${end - 1}`,
				"content-length": `${end - start}`
			},
			body: () => source.read(start, end)
		});
		const smaller = Math.floor((end - start) / 2);
		if (response.status === 413 && smaller >= Math.max(smallestChunk, at.leastChunk)) {
			response.body.resume();
			size = smaller;
			return at;
		}
		await expectStatus(session, response, {
			doing,
			statuses: [202]
		});
		const received = receivedBytes(response) ?? end;
		offset = received > start && received < end ? received : end;
		return {
			...at,
			url: nextUrl(session, response)
		};
	};
	return { async proceed() {
		const resumed = place === void 0 ? void 0 : await askStatus(session, source, place);
		place = resumed?.place ?? await startUpload(session, descriptor);
		offset = resumed?.offset ?? 0;
		while (place !== void 0 && offset < descriptor.size) place = await sendPart(place);
		if (place === void 0) return;
		await expectStatus(session, await session.send({
			method: "PUT",
			url: closingUrl(place, descriptor.digest),
			headers: {
				...headers,
				"content-length": "0"
			},
			idleTimeout: commitTimeout
		}), {
			doing,
			statuses: [201]
		});
	} };
}
/** How far the registry got; undefined when it does not know the upload any more, or can't tell. */
async function askStatus(session, source, place) {
	const response = await session.send({
		method: "GET",
		url: place.url
	});
	if (response.status >= 500 || response.status === 429) throw await session.refusal(doingOf$1(session, source.descriptor), response);
	response.body.resume();
	const offset = receivedBytes(response);
	if (response.status !== 204 || offset === void 0 || offset > source.seen) return void 0;
	const url = response.headers["location"] === void 0 ? place.url : nextUrl(session, response);
	return {
		place: {
			...place,
			url
		},
		offset
	};
}
/** Bytes that the registry has by its Range header (`0-1023`); `0-0` is how it says none. */
function receivedBytes(response) {
	const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(response.headers["range"] ?? "")?.[1];
	return last === void 0 ? void 0 : last === "0" ? 0 : Number(last) + 1;
}
// src/oci/blob-upload.ts
/** Bytes of each request when one for the whole blob is refused as too large, or broke twice. */
const fallbackChunk = 8388608;
/** Whether the repository has the blob. Repeats while that may help. Fails with REGISTRY_MISMATCH when it says another size. */
function hasBlob(session, blob) {
	const what = `look for blob ${shortDigest(blob.digest)} in ${placeOf(session.access)}`;
	return session.ports.patience.retry(what, () => seesBlob(session, blob));
}
/**
* Uploads a blob. A broken upload is begun again, one in chunks goes on where the registry stands; an answer that got lost is
* no failure when the blob is there. Answers how the blob came there.
*/
function uploadBlob(session, source, options = {}) {
	const { descriptor } = source;
	const { mountFrom, signal } = options;
	let chunkSize = options.chunkSize;
	let chunked;
	let breaks = 0;
	const sendWhole = async (place) => {
		try {
			return await putWhole(session, source, place);
		} catch (error) {
			breaks += error instanceof Transient ? 1 : 0;
			if (breaks >= 2 && descriptor.size > fallbackChunk) chunkSize = fallbackChunk;
			throw error;
		}
	};
	return session.ports.patience.retry(doingOf$1(session, descriptor), async (tries) => {
		signal?.throwIfAborted();
		if (tries > 0 && await seesBlob(session, descriptor)) return "uploaded";
		if (chunkSize === void 0) {
			const place = await startOrMount(session, descriptor, mountFrom);
			if (place === void 0) return "mounted";
			if (await sendWhole(place)) return "uploaded";
		}
		chunked ??= openChunkedUpload(session, source, chunkSize ?? fallbackChunk);
		chunkSize ??= fallbackChunk;
		await chunked.proceed();
		return "uploaded";
	});
}
/** Begins an upload, or has the blob mounted; where that is refused, as it is to logins that may not read the other repository, it is sent. */
async function startOrMount(session, blob, mountFrom) {
	if (mountFrom === void 0) return startUpload(session, blob);
	try {
		return await startUpload(session, blob, mountFrom);
	} catch (error) {
		if (error instanceof Failure && error.code === "REGISTRY_DENIED") return startUpload(session, blob);
		throw error;
	}
}
async function seesBlob(session, blob) {
	const { access } = session;
	const response = await session.send({
		method: "HEAD",
		url: urlOf(access, `blobs/${blob.digest}`)
	});
	const doing = `look for blob ${shortDigest(blob.digest)} in ${placeOf(access)}`;
	const elsewhere = new URL(response.url).origin !== access.origin && response.status === 403;
	if (response.status !== 200 && response.status !== 404 && !elsewhere) throw await session.refusal(doing, response);
	response.body.resume();
	const size = response.headers["content-length"];
	const digest = response.headers["docker-content-digest"] ?? blob.digest;
	if (response.status !== 200) return false;
	if (digest === blob.digest && (size === void 0 || Number(size) === blob.size)) return true;
	throw new Failure("REGISTRY_MISMATCH", `${doing}: the registry has ${digest}${size === void 0 ? "" : ` with ${size} bytes`}, ours is ${blob.digest} with ${blob.size}`, { hint: `Is a proxy or cache between here and ${access.repository.registry}?` });
}
/** Sends the blob in one request; false when the registry finds that too large. */
async function putWhole(session, source, place) {
	const { descriptor } = source;
	const response = await session.send({
		method: "PUT",
		url: closingUrl(place, descriptor.digest),
		headers: {
			"content-type": "application/octet-stream",
			"content-length": `${descriptor.size}`
		},
		body: () => source.read(0, descriptor.size),
		idleTimeout: commitTimeout
	});
	if (response.status === 413 && descriptor.size > 0) {
		response.body.resume();
		return false;
	}
	await expectStatus(session, response, {
		doing: doingOf$1(session, descriptor),
		statuses: [201]
	});
	return true;
}
// src/oci/media-type.ts
/** Media types that we read and write (OCI image spec v1.1, media-types.md, and Docker's older names for the same). */
const mediaTypes$1 = {
	index: "application/vnd.oci.image.index.v1+json",
	manifest: "application/vnd.oci.image.manifest.v1+json",
	dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
	dockerManifest: "application/vnd.docker.distribution.manifest.v2+json"
};
function isIndexType(mediaType) {
	return mediaType === mediaTypes$1.index || mediaType === mediaTypes$1.dockerIndex;
}
function isManifestType(mediaType) {
	return mediaType === mediaTypes$1.manifest || mediaType === mediaTypes$1.dockerManifest;
}
/** Bytes that a manifest may have: registries need not take more than 4 MiB (distribution spec v1.1). */
const manifestLimit = 4194304;
// src/oci/complaint.ts
/** The first error of the body, or what token services say in its place; never fails but on a broken connection. */
async function readComplaint(response) {
	const text = (await readAtMost(response.body, 65536)).toString();
	const [, code = ""] = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(text) ?? [];
	return {
		code,
		message: messageIn(text)
	};
}
function messageIn(text) {
	try {
		const { errors, details, message, error } = Object(JSON.parse(text));
		const [first] = Array.isArray(errors) ? errors : [];
		const found = [
			first?.message,
			details,
			message,
			error
		].find((each) => typeof each === "string");
		return typeof found === "string" ? oneLine(found) : "";
	} catch {
		return "";
	}
}
function oneLine(text) {
	const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
	return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
// src/oci/denial-cures.ts
const expired = /cannot be authenticated with the token|token (?:has |is )?expired|expired token/i;
const ecrEnds = "Logins of ECR end after 12 hours: log in again right before this step (aws-actions/amazon-ecr-login).";
/** Refusals that are known, the most particular first. Where each text comes from is in docs/decisions/0014. */
const denialCures = [
	{
		cause: "single sign-on",
		says: /\bSAML\b|single sign-on|\bSSO\b/i,
		cure: (access) => `The organisation ${ownerOf(access)} wants single sign-on: authorise the token for it${isGithub(access) ? ` (github.com/settings/tokens, "Configure SSO"), or use the job's own token (github.token), which needs none` : ""}.`
	},
	{
		cause: "scopes of the token",
		says: /does not match expected scopes/i,
		cure: (access) => `The token lacks the scope ${levelOf$1(access)}:packages, or is a fine-grained one, which GitHub Packages does not take. Use the job's own token (github.token) with "packages: ${levelOf$1(access)}" in the job's permissions, or a classic personal access token with that scope.`
	},
	{
		cause: "installation",
		says: /installation not allowed to (?:create|write|read)/i,
		cure: (access) => `${permission(access)}. If it is there, the organisation ${ownerOf(access)} does not let workflows do this: an owner allows it in the organisation's settings, under Packages ("Package creation") and under Actions, General ("Workflow permissions"). Tokens of GitHub Apps other than the job's own cannot make packages at all.`
	},
	{
		cause: "no permission to create",
		says: /create_package/,
		cure: (access) => `${permission(access)}; a personal token needs the scope write:packages. The package does not exist yet: the owner in ${access.repository.path} has to be yours, and an organisation has to let its members create packages.`
	},
	{
		cause: "no permission for the package",
		says: /(?:write|read)_package/,
		cure: (access) => `${permission(access)}. If it is there, ${ofAnother(access)}`
	},
	{
		cause: "ECR: expired token",
		says: /your authorization token has expired/i,
		cure: () => ecrEnds
	},
	{
		cause: "ECR: expired token",
		registry: /\.dkr\.ecr[.-]|^public\.ecr\.aws$/,
		says: expired,
		cure: () => ecrEnds
	},
	{
		cause: "expired token",
		says: expired,
		cure: (access) => isGithub(access) ? "The token is expired, revoked or mistyped. The job's own token (github.token) lasts as long as the job; a personal one is renewed at github.com/settings/tokens." : `The token is expired, revoked or mistyped: make another one at ${access.repository.registry}, and log in right before this step.`
	},
	{
		cause: "Docker Hub: repository or scope",
		registry: /^docker\.io$/,
		says: /requested access to the resource is denied|insufficient.scope/i,
		cure: (access) => `The login has to own ${ownerOf(access)} on Docker Hub or be a member who may write there, and an access token needs the permission "Read & Write" (app.docker.com/settings/personal-access-tokens).`
	},
	{
		cause: "ECR: policy",
		says: /is not authorized to perform:? ?ecr/i,
		cure: () => "Allow the role of the login what a push to ECR takes: ecr:InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload, PutImage, BatchCheckLayerAvailability, BatchGetImage, GetDownloadUrlForLayer."
	},
	{
		cause: "ECR: login",
		registry: /\.dkr\.ecr[.-]|^public\.ecr\.aws$/,
		says: /^(?:UNAUTHORIZED|DENIED|not authorized|)$/i,
		cure: () => "Log in right before this step (aws-actions/amazon-ecr-login): ECR takes the user name \"AWS\" and a password that lasts for 12 hours."
	},
	{
		cause: "Quay: robot",
		says: /access to the requested resource is not authorized/i,
		cure: (access) => `Create the repository ${access.repository.path} on ${access.repository.registry} if it is not there, since robot accounts cannot, and give the login (for a robot: its whole name, "owner+name") the right Write in its settings.`
	},
	{
		cause: "Harbor: project or right",
		says: /unauthorized to access repository|project .*not found/i,
		cure: (access) => `Create the project ${ownerOf(access)} on ${access.repository.registry} if it is not there, and give the login the role Developer in it; a robot account (its whole name, "robot$…") needs pull and push of repositories.`
	},
	{
		cause: "GitLab: scope",
		registry: /gitlab/,
		says: /access forbidden|requested access to the resource is denied/i,
		cure: (access) => `The name has to begin with the path of a project whose container registry is switched on (${access.repository.path}), and the token needs the scope ${access.wish === "push" ? "write_registry" : "read_registry"} and the role Developer there.`
	}
];
/** The cure that fits the words of a refusal; undefined when none is known. */
function findCure(access, { code, message }) {
	const words = message === "" ? code : message;
	return denialCures.find(({ registry, says }) => (registry?.test(access.repository.registry) ?? true) && says.test(words));
}
/** Whether a refusal means that the login is over, and not that it lacks a right. */
function isEnded({ cause }) {
	return cause.endsWith("expired token");
}
/** What to do about a package that exists and does not know this repository. */
function ofAnother(access) {
	return `the package belongs to another repository or was first pushed by hand: in the package's settings, under "Manage Actions access", add this repository with the role ${access.wish === "push" ? "Write" : "Read"}.`;
}
function isGithub({ repository }) {
	return repository.registry === "ghcr.io";
}
function permission(access) {
	return `Add "packages: ${levelOf$1(access)}" to the job's permissions`;
}
function levelOf$1({ wish }) {
	return wish === "push" ? "write" : "read";
}
function ownerOf({ repository }) {
	return repository.path.split("/")[0] ?? repository.path;
}
// src/oci/denial.ts
/** No login was at hand, and the registry wants one. */
function loginMissing(access) {
	const { registry } = access.repository;
	return new Failure("REGISTRY_DENIED", `${registry} asks who you are, and no login for it was given or found`, { hint: loginAdvice(access) });
}
function loginAdvice({ repository: { registry }, wish }) {
	const before = `log in to ${registry} before (docker/login-action in a workflow, docker login ${registry} elsewhere)`;
	return registry === "ghcr.io" ? `Give the input token (in a workflow: token: \${{ github.token }}, with "packages: ${levelOf(wish)}" in the job's permissions), or ${before}.` : `Give the inputs username and token, or ${before}.`;
}
/** The login was not accepted at all; or no longer, when it was `accepted` before in this run. */
function loginRefused(access, complaint, accepted = false) {
	const { registry } = access.repository;
	const who = access.credentials.kind === "password" ? ` of "${access.credentials.username}"` : "";
	const otherwise = registry === "ghcr.io" ? "The token is expired, mistyped or of another kind: ghcr.io takes the token of the job (github.token) and classic personal access tokens with the scope write:packages." : "The password or token is expired, mistyped or for another registry.";
	const cure = findCure(access, complaint)?.cure(access);
	return new Failure("REGISTRY_DENIED", `${registry} ${accepted ? "no longer accepts" : "does not accept"} the login${who}${said(complaint)}`, { hint: accepted ? `It was accepted before in this run, and may have ended meanwhile. ${cure ?? renewal(access)}` : cure ?? otherwise });
}
function renewal({ repository: { registry }, wish }) {
	return registry === "ghcr.io" ? "The job's own token (github.token) lasts as long as the job; a personal one may have expired or been revoked." : `Log in right before this step, with a password or token that lasts longer than the job. If it is still good, it may have lost the right to ${wish}.`;
}
/** The login, or the lack of one, does not allow this. `hint` where more is known than the words of the registry. */
function permissionMissing(access, complaint, hint) {
	const place = placeOf(access);
	const doing = access.wish === "push" ? `push to ${place}` : `pull from ${place}`;
	const who = access.credentials.kind === "none" ? "a run without a login" : "the login";
	const cure = access.credentials.kind === "none" ? loginAdvice(access) : cureOf(access, complaint);
	return new Failure("REGISTRY_DENIED", `${who} may not ${doing}${said(complaint)}`, { hint: hint ?? cure });
}
/** Text after a message: `: permission_denied: create_package`. */
function said({ code, message }) {
	const text = message === "" || message.toUpperCase() === code ? code : message;
	return text === "" ? "" : `: ${text}`;
}
function cureOf(access, complaint) {
	const { repository, wish } = access;
	const known = findCure(access, complaint);
	if (known !== void 0) return known.cure(access);
	if (repository.registry === "ghcr.io") return `Add "packages: ${levelOf(wish)}" to the job's permissions; a personal token needs the scope ${levelOf(wish)}:packages and access to the package.`;
	return `Let the owner of ${formatOwner(repository.path)} on ${repository.registry} give this login the right to ${wish}.`;
}
function levelOf(wish) {
	return wish === "push" ? "write" : "read";
}
function formatOwner(path) {
	return path.split("/")[0] ?? path;
}
// src/oci/registry-failure.ts
/** What to throw for an answer that is not the one hoped for: Transient when it may pass, else a Failure. Reads the body. */
async function refusalOf(response, refusal) {
	return judge(response, await readComplaint(response), refusal);
}
/** As {@link refusalOf}, when the body was read already. */
function judge(response, complaint, refusal) {
	const { status } = response;
	const { access, doing, now, accepted = false } = refusal;
	if (mayPass(status) || ["TOOMANYREQUESTS", "BLOB_UPLOAD_UNKNOWN"].includes(complaint.code)) return new Transient(new Failure("REGISTRY_FAILED", `${doing}: the registry answered ${status}${said(complaint)}`, { hint: `${access.repository.registry} was not well for as long as we waited; run it again later.` }), parseRetryAfter(response.headers["retry-after"], now));
	if (status === 401 && access.credentials.kind === "none") return loginMissing(access);
	if (status === 401 || status === 403) {
		const known = findCure(access, complaint);
		if ((known === void 0 ? status === 401 && accepted : isEnded(known)) && access.credentials.kind !== "none") return loginRefused(access, complaint, accepted);
		return permissionMissing(access, complaint);
	}
	return new Failure("REGISTRY_FAILED", `${doing}: the registry answered ${status}${said(complaint)}`, { hint: hintFor(status, complaint, access) });
}
/** Whether the work may go through later: 408, 429, 5xx but 501, and 416 (an upload's offset, to be asked for again). */
function mayPass(status) {
	return status === 408 || status === 416 || status === 429 || status >= 500 && status !== 501;
}
function hintFor(status, complaint, access) {
	const { repository } = access;
	const { code } = complaint;
	if (code === "NAME_INVALID") return `${repository.registry} does not accept the name ${repository.path}.`;
	if (code === "NAME_UNKNOWN") return `Create the repository ${repository.path} on ${repository.registry} first: it does not make repositories by itself.`;
	const known = status === 400 || status === 404 ? findCure(access, complaint) : void 0;
	if (known !== void 0) return known.cure(access);
	if (status === 413) return "The registry, or a proxy before it, limits the size of a request; have the limit raised.";
	if (status === 404) return `Is ${repository.registry} a container registry, and the name right?`;
	return "The registry does not take what was sent; its own log may say why.";
}
// src/oci/manifest-transfer.ts
/**
* Gets a manifest by tag or digest; undefined when there is none. Repeats while that may help. Fails with REGISTRY_MISMATCH
* when the bytes are not those of the digest asked for or announced.
*/
function getManifest(session, reference) {
	const what = `get ${nameOf(session, reference)}`;
	return session.ports.patience.retry(what, () => fetchManifest(session, reference));
}
/**
* Puts a manifest at its digest, or at `tag`, and reads it back until the registry shows the same bytes. Fails with
* REGISTRY_MISMATCH when it shows others.
*/
function putManifest(session, manifest, tag) {
	const reference = tag ?? manifest.descriptor.digest;
	return session.ports.patience.retry(`put ${nameOf(session, reference)}`, async (tries) => {
		await sendManifest(session, manifest, reference);
		await expectShown(session, manifest, {
			reference,
			tries
		});
	});
}
/** Puts a manifest once, without looking at it again. Answers the OCI-Subject header, by which registries say that they list it as a referrer. */
async function sendManifest(session, { descriptor, bytes }, reference) {
	const response = await session.send({
		method: "PUT",
		url: urlOf(session.access, `manifests/${reference}`),
		headers: { "content-type": descriptor.mediaType },
		body: bytes
	});
	const doing = `put ${nameOf(session, reference)}`;
	if (response.status === 400) throw await refusedManifest(session, response, doing);
	await expectStatus(session, response, {
		doing,
		statuses: [
			200,
			201,
			202
		]
	});
	const announced = response.headers["docker-content-digest"] ?? descriptor.digest;
	if (announced !== descriptor.digest) throw mismatch(session, reference, `it calls it ${announced}`);
	return response.headers["oci-subject"];
}
/**
* A digest that the registry does not find in what was sent was computed here, from these bytes. Registries on files say so for a moment
* while another run pushes the same blobs: that passes.
*/
async function refusedManifest(session, response, doing) {
	const complaint = await readComplaint(response);
	const now = session.ports.clock.now();
	const failure = judge(response, complaint, {
		doing,
		access: session.access,
		now
	});
	return failure instanceof Failure && complaint.code === "DIGEST_INVALID" ? new Transient(failure) : failure;
}
/** Looks once at what was put: throws Transient when it is not shown and the tries are few, else the Failure. */
async function expectShown(session, { descriptor, bytes }, { reference, tries }) {
	const shown = await fetchManifest(session, reference, descriptor.mediaType);
	if (shown !== void 0 && Buffer.compare(shown.bytes, bytes) === 0) return;
	const failure = mismatch(session, reference, shown === void 0 ? "it does not have it" : `it shows ${shown.descriptor.digest}`);
	throw tries < settlingTries ? new Transient(failure) : failure;
}
const settlingTries = 3;
/** As {@link getManifest}, one try. */
async function fetchManifest(session, reference, mediaType) {
	const accept = [.../* @__PURE__ */ new Set([...mediaType === void 0 ? [] : [mediaType], ...Object.values(mediaTypes$1)])];
	const response = await session.send({
		method: "GET",
		url: urlOf(session.access, `manifests/${reference}`),
		headers: { accept: accept.join(", ") }
	});
	if (response.status === 404) {
		response.body.resume();
		return;
	}
	if (response.status !== 200) throw await session.refusal(`get ${nameOf(session, reference)}`, response);
	const bytes = await readAtMost(response.body, manifestLimit);
	if (bytes.length > 4194304) throw mismatch(session, reference, `it has more than ${manifestLimit} bytes`);
	const digest = digestOf(bytes);
	const expected = isDigest(reference) ? reference : response.headers["docker-content-digest"];
	if (expected !== void 0 && expected !== digest) throw mismatch(session, reference, `it shows bytes of ${digest} as ${expected}`);
	return {
		bytes,
		descriptor: {
			mediaType: typeOf(response),
			digest,
			size: bytes.length
		}
	};
}
/** Media type of an answer, without parameters. */
function typeOf(response) {
	return (response.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
}
/** How messages name it: `ghcr.io/octo/demo:latest`. */
function nameOf({ access }, reference) {
	return `${placeOf(access)}${isDigest(reference) ? "@" : ":"}${reference}`;
}
/** The registry shows something else than what was put there, or named by the digest. */
function mismatch(session, reference, what) {
	const { registry } = session.access.repository;
	return new Failure("REGISTRY_MISMATCH", `${registry} does not give back what was put at ${nameOf(session, reference)}: ${what}`, { hint: `Is a proxy or cache between here and ${registry}, or did another job push at the same time?` });
}
// src/oci/challenge.ts
const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const gap = /[\s,]*/y;
const space = /[ \t]*/y;
const string = /"((?:[^"\\]|\\.)*)"/y;
const token68 = /[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y;
/**
* Reads a WWW-Authenticate header, which may hold several challenges with commas between them and within them.
* Reading ends where the header stops making sense: what came before is answered.
*/
function parseChallenges(header) {
	const challenges = [];
	let at = 0;
	const take = (pattern) => {
		pattern.lastIndex = at;
		const match = pattern.exec(header);
		if (match !== null) at = pattern.lastIndex;
		return match;
	};
	let current;
	for (;;) {
		take(gap);
		const name = take(token)?.[0].toLowerCase();
		if (name === void 0) return challenges;
		const afterName = at;
		take(space);
		if (header[at] === "=" && current !== void 0) {
			at += 1;
			take(space);
			const value = take(string)?.[1]?.replace(/\\(.)/g, "$1") ?? take(token)?.[0];
			if (value === void 0) return challenges;
			current.parameters[name] = value;
			continue;
		}
		current = {
			scheme: name,
			parameters: {}
		};
		challenges.push(current);
		if (at > afterName) take(token68);
	}
}
// src/oci/credentials.ts
/** The failure for a broken docker config. `wrong` names keys, never values. */
function invalidCredentials(file, wrong, hint) {
	return new Failure("CREDENTIALS_INVALID", `${file}: ${wrong}`, { hint: hint ?? "Run docker login again, or give the inputs username and token." });
}
/** Everything of the credentials that must never be shown, in each form in which it travels. */
function secretsOf(credentials) {
	if (credentials.kind === "none") return [];
	if (credentials.kind === "password") return [credentials.password, basicValue(credentials)];
	return [credentials.token];
}
/** Base64 of `username:password`, as Basic authentication sends it (RFC 7617). */
function basicValue(credentials) {
	return Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
}
// src/oci/token-service.ts
const answerLimit = 262144;
/**
* Checks the realm of a challenge. It gets the login, so it has to be https, or the registry's own host where the
* registry itself is reached by http. Fails with REGISTRY_FAILED.
*/
function tokenService(parameters, access) {
	const { realm: text = "", service } = parameters;
	const realm = URL.parse(text);
	const own = new URL(access.origin);
	const isOwn = own.protocol === "http:" && realm?.protocol === "http:" && realm.hostname === own.hostname;
	if (realm !== null && realm.username === "" && (realm.protocol === "https:" || isOwn)) return {
		realm,
		service
	};
	const where = realm === null ? "no URL" : `${realm.protocol}//${realm.host}`;
	throw new Failure("REGISTRY_FAILED", `${access.repository.registry} sends logins to ${where}, which is not safe; an https address is accepted`, { hint: "Have the registry name an https token service, or use another registry." });
}
/**
* Gets a token for the scopes. Throws Transient while the service is not well; fails with REGISTRY_DENIED when there is no
* login or it is not accepted, REGISTRY_FAILED on an answer that is no token. The token is masked.
*/
async function requestToken({ realm, service }, scopes, { access, ports, accepted }) {
	const response = await ports.http.send(questionOf({
		realm,
		service
	}, scopes, access)).catch((error) => {
		throw sentThere(realm, access, error);
	});
	if (response.status !== 200) throw await refusedBy(realm, response, {
		access,
		accepted,
		now: ports.clock.now()
	});
	const answer = parseToken((await readAtMost(response.body, answerLimit)).toString());
	if (answer === void 0) throw new Failure("REGISTRY_FAILED", `the token service ${realm.host} answered something that is not a token`, { hint: `Is a proxy or a login page between here and ${realm.host}?` });
	ports.secrets.mask(answer.value);
	const margin = Math.min(10, answer.seconds / 2);
	return {
		value: answer.value,
		usableUntil: ports.clock.now().getTime() + (answer.seconds - margin) * 1e3
	};
}
function questionOf({ realm, service }, scopes, access) {
	const { credentials } = access;
	if (credentials.kind === "identity-token") {
		const form = new URLSearchParams({
			grant_type: "refresh_token",
			client_id: "giropops-build",
			refresh_token: credentials.token,
			scope: scopes.join(" "),
			...service === void 0 ? {} : { service }
		});
		return {
			method: "POST",
			url: realm.href,
			headers: {
				"content-type": "application/x-www-form-urlencoded",
				accept: "application/json"
			},
			body: form.toString()
		};
	}
	const url = new URL(realm);
	if (service !== void 0) url.searchParams.set("service", service);
	for (const scope of scopes) url.searchParams.append("scope", scope);
	const login = credentials.kind === "password" ? { authorization: `Basic ${basicValue(credentials)}` } : {};
	return {
		method: "GET",
		url: url.href,
		headers: {
			accept: "application/json",
			...login
		}
	};
}
/** Tells of an unreachable token service who named it: it may be a host that the user never heard of. */
function sentThere(realm, { repository }, error) {
	const failure = error instanceof Transient ? error.failure : error;
	if (!(failure instanceof Failure) || failure.code !== "NETWORK_FAILED") return error;
	if (realm.host === repository.registry) return error;
	const { code, message, hint, cause } = failure;
	const told = new Failure(code, `${message}; ${repository.registry} sends logins there`, {
		hint,
		cause
	});
	return error instanceof Transient ? new Transient(told, error.retryAfter) : told;
}
async function refusedBy(realm, response, { access, accepted, now }) {
	const complaint = await readComplaint(response);
	if (!mayPass(response.status) && [401, 403].includes(response.status)) return access.credentials.kind === "none" ? loginMissing(access) : loginRefused(access, complaint, accepted);
	return judge(response, complaint, {
		doing: `login at ${realm.host}`,
		access,
		now
	});
}
function parseToken(text) {
	let answer;
	try {
		answer = Object(JSON.parse(text));
	} catch {
		return;
	}
	const value = answer.token || answer.access_token;
	const seconds = answer.expires_in;
	const lasts = typeof seconds === "number" && seconds > 0 ? seconds : 60;
	return typeof value === "string" && /^[\x21-\x7e]+$/.test(value) ? {
		value,
		seconds: lasts
	} : void 0;
}
// src/oci/registry-auth.ts
/**
* An authorizer that keeps one token for each set of scopes as long as it lasts, and never asks for the same twice at once.
* `isAccepted` tells whether the registry took the login before.
*/
function openAuthorizer(access, ports, isAccepted = () => false) {
	const { credentials } = access;
	const tokens = /* @__PURE__ */ new Map();
	let hadToken = false;
	let method = "unknown";
	const ask = (service, scopes, key) => {
		const kept = { asked: requestToken(service, scopes, {
			access,
			ports,
			accepted: hadToken
		}) };
		tokens.set(key, kept);
		kept.asked.then((token) => {
			hadToken = true;
			kept.token = token;
			return token;
		}, () => forget(kept));
		return kept;
	};
	const forget = (kept) => {
		for (const [key, each] of tokens) if (each === kept) tokens.delete(key);
	};
	return {
		async headerFor(scopes) {
			if (credentials.kind === "registry-token") return `Bearer ${credentials.token}`;
			if (method === "unknown") return void 0;
			if (method === "basic") return credentials.kind === "password" ? `Basic ${basicValue(credentials)}` : void 0;
			const key = scopes.join(" ");
			const kept = tokens.get(key);
			const isOver = kept?.token !== void 0 && kept.token.usableUntil <= ports.clock.now().getTime();
			const { asked } = kept === void 0 || isOver ? ask(method, scopes, key) : kept;
			return `Bearer ${(await asked).value}`;
		},
		learn(header, rejected) {
			const offered = parseChallenges(header);
			if (credentials.kind === "registry-token") throw loginRefused(access, unsaid, isAccepted());
			const bearer = offered.find((each) => each.scheme === "bearer" && each.parameters["realm"] !== void 0);
			if (bearer === void 0) {
				acceptBasic(access, offered, {
					rejected,
					accepted: isAccepted()
				});
				method = "basic";
				return;
			}
			method = tokenService(bearer.parameters, access);
			for (const kept of tokens.values()) if (kept.token !== void 0 && `Bearer ${kept.token.value}` === rejected) forget(kept);
		}
	};
}
const unsaid = {
	code: "",
	message: ""
};
function acceptBasic(access, offered, { rejected, accepted }) {
	const { repository, credentials } = access;
	if (accepted && rejected !== void 0) throw loginRefused(access, unsaid, true);
	if (!offered.some((each) => each.scheme === "basic")) {
		const kind = offered[0] === void 0 ? "a login without saying which" : `a login of the kind "${offered[0].scheme}"`;
		throw new Failure("REGISTRY_FAILED", `${repository.registry} wants ${kind}; Bearer and Basic are known`, { hint: `Is ${repository.registry} a container registry?` });
	}
	if (credentials.kind === "none") throw loginMissing(access);
	if (credentials.kind !== "password" || rejected !== void 0) throw loginRefused(access, unsaid);
}
// src/oci/registry-session.ts
/** Opens a session; nothing is sent yet. Whether, and how, the registry wants a login is found out by one request, which the others wait for. */
function openSession(access, ports) {
	const own = scopeOf(access.repository, access.wish);
	let accepted = false;
	const authorizer = openAuthorizer(access, ports, () => accepted);
	const afterFirst = openFirst();
	/** Sends once; undefined when a 401 told of a login that is to be tried. */
	const exchange = async (request, last) => {
		const { moreScopes = [], body, headers, ...rest } = request;
		const url = safeUrl(request.url, access);
		const isOwn = url.origin === access.origin;
		const authorization = isOwn ? await authorizer.headerFor([own, ...moreScopes]) : void 0;
		const response = await ports.http.send({
			...rest,
			url: url.href,
			headers: {
				...headers,
				...authorization === void 0 ? {} : { authorization }
			},
			...body === void 0 ? {} : { body: typeof body === "function" ? body() : body }
		});
		if (authorization !== void 0 && isProof(request, response, access)) accepted = true;
		if (response.status !== 401 || !isOwn || last) return response;
		response.body.resume();
		authorizer.learn(response.headers["www-authenticate"] ?? "", authorization);
	};
	return {
		access,
		ports,
		async send(request) {
			for (let round = 0;; round += 1) {
				const response = await afterFirst(() => exchange(request, round === 2));
				if (response !== void 0) return response;
			}
		},
		refusal: (doing, response) => refusalOf(response, {
			doing,
			access,
			accepted,
			now: ports.clock.now()
		})
	};
}
/** Whether an answer proves that the registry takes the login: reading alone proves no right to push. */
function isProof({ method }, { status }, { wish }) {
	return status < 400 && (wish === "pull" || !["GET", "HEAD"].includes(method));
}
/** Makes work wait while the first of it is under way; after one that failed the next is the first. */
function openFirst() {
	let first;
	return async (work) => {
		if (first !== void 0) {
			await first.catch(() => {});
			return work();
		}
		const working = work();
		first = working;
		try {
			return await working;
		} catch (error) {
			first = void 0;
			throw error;
		}
	};
}
/**
* Registries name the address of an upload themselves. One behind a proxy may say http for itself, where https is meant;
* anything else that would go unencrypted to another host is refused.
*/
function safeUrl(text, access) {
	const url = new URL(text);
	const own = new URL(access.origin);
	if (url.protocol === "http:" && own.protocol === "https:" && url.hostname === own.hostname) url.protocol = "https:";
	if (url.protocol === "https:" || url.origin === access.origin) return url;
	throw new Failure("REGISTRY_FAILED", `${access.repository.registry} wants the upload sent unencrypted to ${url.host}`, { hint: "Have the registry name an https address for uploads." });
}
// src/oci/prove-uploads.ts
/** Milliseconds that a registry gets to say that an upload is given up. */
const leaveTimeout = 5e3;
/**
* Proves the right to push by an upload that is begun and left, so that nothing is built in vain. Repeats while that may help.
* Fails as an upload does. Where GitHub refuses a package that exists, the same is tried with one that does not: when that may be
* made, the job's permissions are right and the package's are not.
*/
function proveUploads(session) {
	const { access, ports } = session;
	const doing = `begin an upload to ${placeOf(access)}`;
	return ports.patience.retry(doing, async () => {
		const response = await begin$1(session);
		if (response.status === 202) return leave(session, response);
		const complaint = await readComplaint(response);
		if (findCure(access, complaint)?.cause === "no permission for the package" && await mayWriteOthers(session)) {
			const hint = `The job may write other packages of this owner, so its permissions are right: ${ofAnother(access)}`;
			throw permissionMissing(access, complaint, hint);
		}
		throw judge(response, complaint, {
			doing,
			access,
			now: ports.clock.now()
		});
	});
}
async function begin$1(session) {
	const response = await session.send({
		method: "POST",
		url: urlOf(session.access, "blobs/uploads/"),
		headers: { "content-length": "0" }
	});
	if (response.status === 202) response.body.resume();
	return response;
}
/** Registries drop what is never finished, so that it does not matter what they say to this. */
async function leave(session, response) {
	const url = nextUrl(session, response);
	await session.send({
		method: "DELETE",
		url,
		idleTimeout: leaveTimeout
	}).then((left) => void left.body.resume(), () => {});
}
/** Whether an upload can be begun to a name beside this one that nobody has. An upload alone makes no package. */
async function mayWriteOthers({ access, ports }) {
	const repository = {
		...access.repository,
		path: `${access.repository.path}-permission-probe`
	};
	const session = openSession({
		...access,
		repository
	}, ports);
	try {
		const response = await begin$1(session);
		if (response.status !== 202) {
			response.body.resume();
			return false;
		}
		await leave(session, response);
		return true;
	} catch (error) {
		if (error instanceof Failure || error instanceof Transient) return false;
		throw error;
	}
}
// src/oci/registry-client.ts
/** Opens a repository; nothing is sent yet. */
function openRepository(request, ports) {
	const session = sessionOf(request, ports);
	return {
		provePush: () => proveUploads(session),
		hasBlob: (blob) => hasBlob(session, blob),
		putBlob: (source, options) => uploadBlob(session, source, options),
		getManifest: (reference) => getManifest(session, reference),
		putManifest: (manifest) => putManifest(session, manifest),
		putTag: (tag, manifest) => putManifest(session, manifest, tag)
	};
}
/** The requests to a repository that its parts share: one login for all of them. */
function sessionOf(request, ports) {
	if (request.session !== void 0) return request.session;
	const { repository, credentials, insecure, wish = "push" } = request;
	return openSession({
		repository,
		credentials,
		origin: originOf(repository.registry, insecure),
		wish
	}, ports);
}
// src/oci/side-by-side.ts
/**
* Works on all items, at most `width` at once, and answers in their order. The first failure is thrown at once: nothing new
* is begun then, and `signal` tells what runs.
*/
async function sideBySide(items, width, work) {
	const stop = new AbortController();
	const results = [];
	const queue = items.entries();
	const worker = async () => {
		for (const [at, item] of queue) {
			if (stop.signal.aborted) return;
			results[at] = await work(item, stop.signal);
		}
	};
	try {
		await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
	} catch (error) {
		stop.abort(error);
		throw error;
	}
	return results;
}
// src/oci/tag-list.ts
const mostPages$1 = 1e3;
const pageLimit = 4194304;
/** All tags of a repository, all pages (distribution spec v1.1, listing tags); none when it is not there. Repeats while that may help. Fails as `Repository` does. */
async function listTags(session) {
	const { access, ports } = session;
	const doing = `list the tags of ${placeOf(access)}`;
	const tags = [];
	let url = urlOf(access, "tags/list?n=1000");
	for (let page = 0; url !== void 0; page += 1) {
		if (page === mostPages$1) throw broken$1(doing, `it has more than ${mostPages$1} pages`);
		const asked = url;
		const answer = await ports.patience.retry(doing, async () => {
			const response = await session.send({
				method: "GET",
				url: asked
			});
			if (response.status === 404) {
				response.body.resume();
				return;
			}
			if (response.status !== 200) throw await session.refusal(doing, response);
			return {
				bytes: await readAtMost(response.body, pageLimit),
				url: response.url,
				link: response.headers["link"]
			};
		});
		if (answer === void 0) return tags;
		tags.push(...tagsIn(answer.bytes, doing));
		const next = nextPage(answer.link);
		url = next === void 0 ? void 0 : URL.parse(next, answer.url)?.href;
	}
	return tags;
}
function tagsIn(bytes, doing) {
	const tags = parseObject$1(bytes.toString())?.["tags"];
	if (tags === null) return [];
	if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string")) throw broken$1(doing, "it is no list of tags");
	return tags;
}
function broken$1(doing, what) {
	return new Failure("REGISTRY_FAILED", `${doing}: the answer is broken: ${what}`, { hint: "Is a proxy between here and the registry?" });
}
// src/oci/credential-helper.ts
/** Milliseconds for the answer: it may ask a cloud, or somebody for a passphrase. */
const timeLimit = 3e5;
/**
* Asks a docker credential helper (`get`, the server on its standard input). Undefined when it knows none.
* Fails with CREDENTIALS_INVALID when it is missing, fails or answers something else; its output is never shown.
*/
async function askCredentialHelper(question, ports) {
	const { name, server, file, key } = question;
	if (!/^[\w][\w.-]*$/.test(name)) throw invalidCredentials(file, `${key} is not the name of a credential helper`);
	const tool = `docker-credential-${name}`;
	const finished = await ports.processes.ask({
		tool,
		args: ["get"],
		input: server,
		timeLimit
	}).catch((error) => {
		if (!(error instanceof Failure) || error.code !== "TOOL_MISSING") throw error;
		throw invalidCredentials(file, `${key} names ${tool}, and there is no such program`, `Install ${tool}, or give the inputs username and token.`);
	});
	if (finished.code !== 0) {
		if (/credentials not found/i.test(finished.stdout + finished.stderr)) return void 0;
		throw invalidCredentials(file, `${tool}, named by ${key}, ended with ${finished.code} when asked about ${server}`, `Run: echo ${server} | ${tool} get`);
	}
	const answer = parseAnswer(finished.stdout);
	if (answer === void 0) throw invalidCredentials(file, `${tool}, named by ${key}, answered something that is not a login`);
	if (answer.secret === "") return void 0;
	return answer.username === "<token>" ? {
		kind: "identity-token",
		token: answer.secret
	} : {
		kind: "password",
		username: answer.username,
		password: answer.secret
	};
}
function parseAnswer(text) {
	try {
		const value = JSON.parse(text);
		if (typeof value !== "object" || value === null || !("Username" in value) || !("Secret" in value)) return void 0;
		const { Username: username, Secret: secret } = value;
		return typeof username === "string" && typeof secret === "string" ? {
			username,
			secret
		} : void 0;
	} catch {
		return;
	}
}
// src/oci/docker-config.ts
/** Docker Hub's key in a docker config, from its first version on. */
const dockerHubKey = "https://index.docker.io/v1/";
/** Reads the config of a folder; undefined when there is none. Fails with CREDENTIALS_INVALID, without a word of the content. */
async function readDockerConfig(folder) {
	const file = join(folder, "config.json");
	let text;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return void 0;
		throw invalidCredentials(file, "it cannot be read");
	}
	if (text.trim() === "") return void 0;
	const document = parseObject(text);
	if (document === void 0) throw invalidCredentials(file, "it is not a JSON object");
	const { auths, credHelpers, credsStore } = document;
	const helpers = Object.entries(objectAt(file, "credHelpers", credHelpers)).map(([registry, name]) => {
		if (typeof name !== "string") throw invalidCredentials(file, `credHelpers[${JSON.stringify(registry)}] is not a text`);
		return [registry, name];
	});
	if (credsStore !== void 0 && typeof credsStore !== "string") throw invalidCredentials(file, "credsStore is not a text");
	return {
		file,
		auths: objectAt(file, "auths", auths),
		helpers: Object.fromEntries(helpers),
		...credsStore ? { store: credsStore } : {}
	};
}
/** The login that `auths` holds for a repository; undefined when none. Fails with CREDENTIALS_INVALID naming file and key. */
function authOf(config, repository) {
	const key = bestKey(Object.keys(config.auths), repository);
	if (key === void 0) return void 0;
	const where = `auths[${JSON.stringify(key)}]`;
	const entry = objectAt(config.file, where, config.auths[key]);
	const field = (name) => {
		const value = entry[name] ?? "";
		if (typeof value !== "string") throw invalidCredentials(config.file, `${where}.${name} is not a text`);
		return value;
	};
	if (field("registrytoken") !== "") return {
		kind: "registry-token",
		token: field("registrytoken")
	};
	const pair = field("auth") === "" ? [field("username"), field("password")] : decodePair(field("auth"));
	if (pair === void 0) throw invalidCredentials(config.file, `${where}.auth is not the base64 of a user name, ":" and a password`);
	const [username = "", password = ""] = pair;
	if (field("identitytoken") !== "") return {
		kind: "identity-token",
		token: field("identitytoken")
	};
	return password === "" ? void 0 : {
		kind: "password",
		username,
		password
	};
}
/** The credential helper for a registry and the name under which it knows the registry; undefined when none is set. */
function helperOf(config, repository) {
	const key = bestKey(Object.keys(config.helpers), {
		registry: repository.registry,
		path: ""
	});
	const own = key === void 0 ? void 0 : config.helpers[key];
	if (key !== void 0 && own) return {
		name: own,
		server: key,
		key: `credHelpers[${JSON.stringify(key)}]`
	};
	if (config.store === void 0) return void 0;
	const server = repository.registry === "docker.io" ? dockerHubKey : repository.registry;
	return {
		name: config.store,
		server,
		key: "credsStore"
	};
}
/**
* Keys may be a host, a host with scheme and path (`https://ghcr.io/v1/`), or a host with the first parts of the
* repository's path (`ghcr.io/owner`); the longest of the last kind wins.
*/
function bestKey(keys, repository) {
	const scoreOf = (key) => {
		const scheme = /^https?:\/\//i.test(key);
		const [host = "", ...parts] = key.replace(/^https?:\/\//i, "").replace(/\/+$/, "").split("/");
		if (registryOfHost(host) !== repository.registry) return 0;
		const isVersion = /^v\d$/.test(parts.join("/"));
		if (scheme || isVersion || parts.length === 0) return scheme || isVersion ? 1 : 2;
		return `${repository.path}/`.startsWith(`${parts.join("/")}/`) ? 2 + parts.length : 0;
	};
	return keys.map((key) => ({
		key,
		score: scoreOf(key)
	})).filter((each) => each.score > 0).sort((a, b) => b.score - a.score)[0]?.key;
}
function decodePair(base64) {
	if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64.trim())) return void 0;
	const text = Buffer.from(base64, "base64").toString("utf8");
	const colon = text.indexOf(":");
	return colon < 0 ? void 0 : [text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, "")];
}
function objectAt(file, where, value) {
	if (value === void 0 || value === null) return {};
	if (typeof value === "object" && !Array.isArray(value)) return { ...value };
	throw invalidCredentials(file, `${where} is not an object`);
}
function parseObject(text) {
	try {
		const value = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : void 0;
	} catch {
		return;
	}
}
// src/oci/find-credentials.ts
/**
* Finds the login for a repository: what was given, else docker's credential helpers, else docker's config file; without any
* `{kind: 'none'}`. Everything secret is masked before this answers. Fails with CREDENTIALS_INVALID on a broken config.
*/
async function findCredentials(request, ports) {
	const found = givenCredentials(request) ?? await dockerCredentials(request, ports) ?? { kind: "none" };
	for (const secret of secretsOf(found)) ports.secrets.mask(secret);
	return found;
}
function givenCredentials({ repository, given }) {
	if (given === void 0 || given.token === "") return void 0;
	if (registryOfHost(given.registry) !== repository.registry) return void 0;
	return {
		kind: "password",
		username: given.username || "x-access-token",
		password: given.token
	};
}
async function dockerCredentials({ repository, dockerConfig }, ports) {
	const config = await readDockerConfig(dockerConfig);
	if (config === void 0) return void 0;
	const helper = helperOf(config, repository);
	return (helper === void 0 ? void 0 : await askCredentialHelper({
		...helper,
		file: config.file
	}, ports)) ?? authOf(config, repository);
}
// src/pipeline/find-login.ts
/** GitHub's own registry, the only one that the job's token is for. */
const githubRegistry = "ghcr.io";
/**
* The login for a repository. `username` and `token` are for the host `registry`, else for that of the first repository, and go to
* no other. A token without a user name may be the job's own, which must go nowhere but to ghcr.io. Everywhere else the docker
* configuration counts; where it knows nothing of ghcr.io, the job's token does.
*/
async function findLogin(repository, { inputs, primary }, world) {
	const { username, token, registry } = inputs;
	const request = {
		repository,
		dockerConfig: world.machine.dockerConfig
	};
	const host = username === void 0 ? githubRegistry : registry ?? primary;
	const given = token === void 0 ? {} : { given: loginOf(host, username ?? world.context.actor, token) };
	const found = await findCredentials({
		...request,
		...given
	}, world);
	const job = inputs["github-token"];
	if (found.kind !== "none" || repository.registry !== githubRegistry || job === void 0 || registryOfHost(host) === githubRegistry) return found;
	return findCredentials({
		...request,
		given: loginOf(githubRegistry, world.context.actor, job)
	}, world);
}
function loginOf(registry, username, token) {
	return {
		registry,
		token,
		...username === void 0 ? {} : { username }
	};
}
// src/domain/file-digest.ts
const chunk = 65536;
/** sha256 (64 hex digits) of a file, read through one buffer so that memory does not grow with it. Fails as node:fs does. */
async function sha256OfFile(path) {
	await using file = await open(path);
	const hash = createHash("sha256");
	const buffer = Buffer.allocUnsafe(chunk);
	for (;;) {
		const { bytesRead } = await file.read(buffer, 0, chunk, null);
		if (bytesRead === 0) return hash.digest("hex");
		hash.update(buffer.subarray(0, bytesRead));
	}
}
// src/release/asset-name.ts
/**
* Name of an asset as GitHub keeps it: other letters than these become dots there, and a dot at either end gets a word put
* before or is cut. Named so from the start, an asset is found again under its own name.
*/
function assetName(text) {
	const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(/[^A-Za-z0-9._+@-]+/g, ".").replaceAll(/\.{2,}/g, ".").replace(/\.$/, "");
	return plain.startsWith(".") || plain === "" ? `default${plain}` : plain;
}
/** An apk with its architecture in the name, since a release has no folders: `senhas-1.0.0-r0.x86_64.apk`. */
function apkName(file) {
	const [arch = "", name = ""] = file.split("/").slice(-2);
	return assetName(withArch(name, arch));
}
function withArch(name, arch) {
	const [stem, ending] = /^(.*?)(\.apk(?:\..*)?|\.tar\.gz)$/.exec(name)?.slice(1) ?? [name, ""];
	return `${stem}.${arch}${ending}`;
}
/** `images/apko/sbom/sbom-x86_64.spdx.json` becomes `apko-sbom-x86_64.spdx.json`. */
function imageFileName(file) {
	const parts = file.split("/");
	const name = parts.at(-1) ?? "";
	return assetName(parts[0] === "images" && parts[1] !== void 0 ? `${parts[1]}-${name}` : name);
}
// src/release/local-asset.ts
/** GitHub takes less than 2 GiB for each. */
const largestAsset = 2 * 1024 ** 3 - 1;
/** Media type by the name's ending. */
function mediaTypeOf(name) {
	const [, type] = mediaTypes.find(([ending]) => name.endsWith(ending)) ?? [];
	return type ?? "application/octet-stream";
}
const mediaTypes = [
	[".spdx.json", "application/spdx+json"],
	[".sigstore.json", "application/vnd.dev.sigstore.bundle.v0.3+json"],
	[".sarif", "application/sarif+json"],
	[".json", "application/json"],
	[".tar.gz", "application/gzip"],
	[".tar", "application/x-tar"],
	[".txt", "text/plain"],
	[".pub", "application/x-pem-file"]
];
// src/domain/size.ts
const units = [
	"B",
	"kB",
	"MB",
	"GB"
];
/** Bytes for people, in powers of 1000: `25.6 MB`. */
function formatSize(bytes) {
	let value = bytes;
	let unit = 0;
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1e3;
		unit += 1;
	}
	const digits = unit === 0 || value >= 99.5 ? 0 : 1;
	return `${value.toFixed(digits)} ${units[unit]}`;
}
// src/release/notes-block.ts
const begin = "<!-- giropops-build: begin";
const end = "<!-- giropops-build: end -->";
const block = /<!-- giropops-build: begin run=(\S+) started=(\S+) -->.*?<!-- giropops-build: end -->/s;
/** Our part of the notes, which names who wrote it. */
function makeBlock(text, { run, started }) {
	return `${begin} run=${run} started=${started} -->\n${text.trim()}\n${end}`;
}
/** Letters that GitHub takes of notes. */
const longestNotes = 125e3;
/** Letters of notes beside which our part still fits. */
const mostNotes = 124750;
/**
* The notes with our part put in the place of an older one, else at their end; it takes the room that all other text leaves,
* which stays as it is.
*/
function withBlock(notes, ours) {
	if (block.test(notes)) {
		const most = longestNotes - notes.replace(block, "").length;
		return notes.replace(block, () => ours(most));
	}
	const before = notes.trimEnd();
	return before === "" ? ours(longestNotes) : `${before}\n\n${ours(longestNotes - before.length - 2)}`;
}
/** Who wrote our part of the notes; undefined when there is none. */
function writerOf(notes) {
	const [, run, started] = block.exec(notes) ?? [];
	return run === void 0 || started === void 0 ? void 0 : {
		run,
		started
	};
}
function isSameWriter(one, other) {
	return one?.run === other.run && one.started === other.started;
}
/** Whether the first began after the second. */
function isLater(one, other) {
	return one.started === other.started ? one.run > other.run : one.started > other.started;
}
// src/github/code-scanning.ts
/** Seconds between looks; three minutes in all. */
const looks = [
	1,
	2,
	4,
	8,
	15,
	30,
	60,
	60
];
/**
* Uploads a SARIF document and waits until GitHub has dealt with it, for three minutes or `deadline` milliseconds, whichever is less ("Upload an analysis as SARIF data", REST 2022-11-28).
* Sent again it replaces itself. Fails with GITHUB_REFUSED or NETWORK_FAILED where the outcome is none of these.
*/
async function uploadSarif(upload, { github, clock, deadline }) {
	const { repository, commit, ref, gzip, tool, startedAt } = upload;
	const path = `/repos/${repository.split("/").map(encodeURIComponent).join("/")}/code-scanning/sarifs`;
	const sent = await github.ask({
		what: `the findings of ${repository}`,
		method: "POST",
		path,
		repeatable: true,
		accept: [
			400,
			403,
			404,
			413
		],
		body: {
			commit_sha: commit,
			ref,
			sarif: gzip.toString("base64"),
			tool_name: tool,
			started_at: startedAt.toISOString()
		}
	});
	if (sent.status === 413) return { state: "tooLarge" };
	if (sent.status === 400) return {
		state: "failed",
		words: wordsOf(sent)
	};
	if (sent.status >= 300) return {
		state: "refused",
		words: wordsOf(sent)
	};
	const id = asObject(sent.json)?.["id"];
	if (typeof id !== "string") return {
		state: "failed",
		words: "the answer names no upload"
	};
	let left = deadline;
	for (const seconds of looks) {
		const wait = Math.min(seconds * 1e3, left);
		if (wait <= 0) break;
		const outcome = await look$1(`${path}/${encodeURIComponent(id)}`, github);
		if (outcome !== void 0) return outcome;
		await clock.sleep(wait);
		left -= wait;
	}
	return await look$1(`${path}/${encodeURIComponent(id)}`, github) ?? { state: "pending" };
}
/** What came of an upload; undefined as long as nobody knows: it may take a while until it is listed at all. */
async function look$1(path, github) {
	const answer = await github.ask({
		what: "the upload of the findings",
		method: "GET",
		path,
		accept: [403, 404]
	});
	if (answer.status === 403) return { state: "pending" };
	const { processing_status: status, errors } = asObject(answer.json) ?? {};
	if (status === "complete") return { state: "complete" };
	if (status !== "failed") return void 0;
	return {
		state: "failed",
		words: plainWords((Array.isArray(errors) ? errors.map(String) : []).join("; "), "") || "it does not say why"
	};
}
/** GitHub's own words, never the token. */
function wordsOf({ status, bytes }) {
	return plainWords(saidIn(bytes), "") || `it answered ${status}`;
}
// src/domain/finding.ts
/** How bad a vulnerability is, the worst first. */
const severities = [
	"critical",
	"high",
	"medium",
	"low",
	"negligible",
	"unknown"
];
// src/scan/order.ts
/** Place of a severity among all, 0 for the worst. */
function rankOf(severity) {
	return severities.indexOf(severity);
}
/** The worst first: by severity, then what is exploited, then what is likely to be, then by name. */
function byWeight(a, b) {
	return rankOf(a.severity) - rankOf(b.severity) || Number(b.exploited ?? false) - Number(a.exploited ?? false) || (b.epss ?? 0) - (a.epss ?? 0) || compare(a.id, b.id) || compare(a.package, b.package) || compare(a.version, b.version);
}
function compare(a, b) {
	return a === b ? 0 : a < b ? -1 : 1;
}
// src/domain/attestation-type.ts
/** Media type and artifact type of a Sigstore bundle that is attached to an image. */
const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
/** Predicate type of what was found in an image; cosign's short name is `vuln`. */
const vulnerabilitiesType = "https://cosign.sigstore.dev/attestation/vuln/v1";
// src/domain/run-context.ts
/** Whether the run is for a pull request, whose code may be a stranger's. */
function isPullRequest(context) {
	return context.event === "pull_request" || context.event === "pull_request_target";
}
/** The git tag that the run is for: that of a release event, else the one that `ref` names. */
function tagOf({ release, ref }) {
	return release?.tag ?? /^refs\/tags\/(.+)$/.exec(ref ?? "")?.[1];
}
// src/oci/artifact.ts
/** What artifacts have as their configuration (image spec v1.1, guidance for an empty descriptor). */
const emptyType = "application/vnd.oci.empty.v1+json";
const empty = blobOf(Buffer.from("{}"), emptyType);
/** Makes the manifest that ties a blob to its subject (image spec v1.1, guidelines for artifact usage). The same input gives the same bytes. */
function buildArtifact(subject, artifact) {
	const { artifactType, blobMediaType } = artifact;
	const blob = blobOf(artifact.blob, blobMediaType);
	const annotations = Object.fromEntries(Object.entries(artifact.annotations ?? {}).sort(([a], [b]) => a < b ? -1 : 1));
	const annotated = Object.keys(annotations).length > 0 ? { annotations } : {};
	const bytes = Buffer.from(JSON.stringify({
		schemaVersion: 2,
		mediaType: mediaTypes$1.manifest,
		artifactType,
		config: empty.descriptor,
		layers: [blob.descriptor],
		subject: {
			mediaType: subject.mediaType,
			digest: subject.digest,
			size: subject.size
		},
		...annotated
	}));
	const { descriptor } = blobOf(bytes, mediaTypes$1.manifest);
	return {
		blobs: [empty, blob],
		manifest: {
			descriptor,
			bytes
		},
		entry: {
			...descriptor,
			artifactType,
			...annotated
		}
	};
}
/** Bytes with the descriptor that they have. */
function blobOf(bytes, mediaType) {
	return {
		bytes,
		descriptor: {
			mediaType,
			digest: digestOf(bytes),
			size: bytes.length
		}
	};
}
// src/oci/blob-download.ts
/**
* Reads a whole blob into memory. Repeats while that may help. Fails with REGISTRY_MISMATCH when it is not there, has more than
* `limit` bytes, or is not what its descriptor says.
*/
function readBlob$1(session, blob, limit) {
	const { access, ports } = session;
	const doing = `get blob ${shortDigest(blob.digest)} of ${placeOf(access)}`;
	const wrong = (what) => new Failure("REGISTRY_MISMATCH", `${doing}: ${what}`, { hint: `Was it removed, or is a proxy or cache between here and ${access.repository.registry}?` });
	if (blob.size > limit) throw new Failure("REGISTRY_MISMATCH", `${doing}: it has ${blob.size} bytes, at most ${limit} are read here`);
	return ports.patience.retry(doing, async () => {
		const response = await session.send({
			method: "GET",
			url: urlOf(access, `blobs/${blob.digest}`)
		});
		if (response.status === 404) {
			response.body.resume();
			throw wrong("it is not there");
		}
		if (response.status !== 200) throw await session.refusal(doing, response);
		const bytes = await readAtMost(response.body, blob.size);
		if (bytes.length !== blob.size) throw wrong(`it does not have the ${blob.size} bytes that were announced`);
		if (digestOf(bytes) !== blob.digest) throw wrong(`it has the bytes of ${digestOf(bytes)}`);
		return bytes;
	});
}
// src/oci/blob-source.ts
const readAhead = 16384;
/** A blob in a file. Memory does not grow with its size. `signal` stops reading. */
function fileSource(file, descriptor, signal) {
	return checkedSource(descriptor, file, (start, end) => createReadStream(file, {
		start,
		end: end - 1,
		highWaterMark: readAhead,
		...signal ? { signal } : {}
	}));
}
/** A small blob in memory. */
function bytesSource(bytes, descriptor) {
	return checkedSource(descriptor, "blob in memory", (start, end) => [bytes.subarray(start, end)]);
}
function checkedSource(descriptor, name, open) {
	let hash = createHash("sha256");
	let hashed = 0;
	let latest = 0;
	const take = (chunk, at) => {
		const known = hashed - at;
		if (known >= chunk.length && chunk.length > 0) return;
		hash.update(known > 0 ? chunk.subarray(known) : chunk);
		hashed = at + chunk.length;
		if (hashed < descriptor.size) return;
		const digest = digestFromHex(hash.copy().digest("hex"));
		if (digest !== descriptor.digest) throw changed(name, `its sha256 is now ${digest}, not ${descriptor.digest}`);
	};
	async function* parts(start, end, reading) {
		let at = start;
		if (start === end) take(/* @__PURE__ */ new Uint8Array(), start);
		for await (const part of start === end ? [] : open(start, end)) {
			if (reading !== latest) return;
			const chunk = part;
			take(chunk, at);
			at += chunk.length;
			yield chunk;
		}
		if (at !== end) throw changed(name, `it has ${at} bytes, not ${descriptor.size}`);
	}
	return {
		descriptor,
		get seen() {
			return hashed;
		},
		read(start, end) {
			if (start > hashed) throw new RangeError(`part ${start} of ${name} asked for before ${hashed}`);
			if (start === 0) {
				hash = createHash("sha256");
				hashed = 0;
			}
			latest += 1;
			return Readable.from(parts(start, end, latest), {
				objectMode: false,
				highWaterMark: readAhead
			});
		}
	};
}
function changed(name, wrong) {
	return new Failure("LAYOUT_INVALID", `${name}: it was changed while it was pushed: ${wrong}`, { hint: "Leave the output folder alone while the action runs, and build the image again." });
}
// src/oci/manifest.ts
/** What is wrong with a document, said by the parsers below; who knows the file's name makes a failure of it. */
var ManifestError = class extends Error {
	name = "ManifestError";
};
/** Reads an index or a manifest. `mediaType` is what its descriptor or the registry says; without one its own counts. Throws ManifestError. */
function parseManifest(bytes, mediaType) {
	const document = parseDocument(bytes);
	if (document["schemaVersion"] !== 2) throw new ManifestError("its schemaVersion is not 2");
	const own = optionalText(document, "mediaType");
	const type = mediaType ?? own ?? "";
	if (own !== void 0 && own !== type) throw new ManifestError(`its mediaType is ${own} instead of ${type}`);
	const annotations = textMap(document["annotations"], "annotations") ?? {};
	if (isIndexType(type)) return {
		kind: "index",
		mediaType: type,
		manifests: descriptors(document, "manifests"),
		annotations
	};
	if (!isManifestType(type)) throw new ManifestError(`its media type ${JSON.stringify(type)} is not an image's`);
	const artifactType = optionalText(document, "artifactType");
	return {
		kind: "manifest",
		mediaType: type,
		config: parseDescriptor(document["config"], "config"),
		layers: descriptors(document, "layers"),
		annotations,
		..."subject" in document ? { subject: parseDescriptor(document["subject"], "subject") } : {},
		...artifactType === void 0 ? {} : { artifactType }
	};
}
/** Reads the JSON object that every index and manifest is. Throws ManifestError. */
function parseDocument(bytes) {
	return object(parseJson(bytes), "it");
}
/** The blobs that must be there before the manifest: its configuration and its layers, each digest once. */
function blobsOf(manifest) {
	return distinct([manifest.config, ...manifest.layers]);
}
/** Each digest once, the first descriptor of it. */
function distinct(all) {
	return [...new Map(all.map((each) => [each.digest, each]).reverse()).values()].reverse();
}
function descriptors(document, key) {
	const list = document[key];
	if (!Array.isArray(list)) throw new ManifestError(`${key} is not a list`);
	return list.map((each, at) => parseDescriptor(each, `${key}[${at}]`));
}
/** Reads a content descriptor (image spec v1.1, descriptor.md); `where` starts what is wrong with it. Throws ManifestError. */
function parseDescriptor(value, where) {
	const fields = object(value, where);
	const { mediaType, digest, size } = fields;
	if (typeof mediaType !== "string") throw new ManifestError(`${where}.mediaType is not a text`);
	if (typeof digest !== "string" || !isDigest(digest)) throw new ManifestError(`${where}.digest is not a sha256 digest`);
	if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw new ManifestError(`${where}.size is not a number of bytes`);
	const platform = "platform" in fields ? platformOf(fields["platform"], `${where}.platform`) : void 0;
	const annotations = textMap(fields["annotations"], `${where}.annotations`);
	const artifactType = optionalText(fields, "artifactType");
	return {
		mediaType,
		digest,
		size,
		...platform === void 0 ? {} : { platform },
		...annotations === void 0 ? {} : { annotations },
		...artifactType === void 0 ? {} : { artifactType }
	};
}
function platformOf(value, where) {
	const { architecture, os, variant } = object(value, where);
	if (typeof architecture !== "string" || typeof os !== "string") throw new ManifestError(`${where} lacks architecture or os`);
	return {
		architecture,
		os,
		...typeof variant === "string" ? { variant } : {}
	};
}
function textMap(value, where) {
	if (value === void 0 || value === null) return void 0;
	const entries = Object.entries(object(value, where)).map(([key, text]) => {
		if (typeof text !== "string") throw new ManifestError(`${where}.${key} is not a text`);
		return [key, text];
	});
	return Object.fromEntries(entries);
}
function optionalText(fields, key) {
	const value = fields[key];
	if (value === void 0 || value === "") return void 0;
	if (typeof value !== "string") throw new ManifestError(`${key} is not a text`);
	return value;
}
function object(value, where) {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
	throw new ManifestError(`${where} is not an object`);
}
function parseJson(bytes) {
	try {
		return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch {
		throw new ManifestError("it is not JSON");
	}
}
// src/oci/referrers-failure.ts
/** The same failure with another next step, when it is a refusal that waiting does not cure; else the error itself. */
function withHint(error, hint) {
	if (!(error instanceof Failure) || error.code !== "REGISTRY_FAILED") return error;
	return new Failure(error.code, error.message, {
		hint,
		cause: error.cause
	});
}
/** What to do about a registry that refuses manifests with a subject. */
function withoutSubjects({ repository }) {
	return `${repository.registry} does not seem to take artifacts that name a subject (OCI 1.1). ${otherWays}`;
}
/** What to do about a registry that has no referrers API and refuses the tag that stands in for it. */
function withoutReferrers({ repository }) {
	return `${repository.registry} has no referrers API, and does not keep the tag sha256-<digest> that stands in for it (distribution spec v1.1). A rule that makes tags immutable has to leave such tags out. ${otherWays}`;
}
/** What to do about a registry that refuses the tag of the legacy form. */
function withoutTag({ repository }) {
	return `Signatures of the legacy form are kept at tags named sha256-<digest>.sig, to which each signature adds: a rule of ${repository.registry} that makes tags immutable has to leave them out.`;
}
const otherWays = "Else sign with \"signature-format: legacy\", attest with \"attest-to: github\", or use another registry.";
// src/oci/artifact-transfer.ts
const width$1 = 8;
/** Pushes artifacts side by side, blobs first; what is there already is not sent again. */
async function putArtifacts(session, artifacts) {
	const distinct = [...new Map(artifacts.map((each) => [each.entry.digest, each])).values()];
	const [, there] = await Promise.all([putBlobs(session, artifacts.flatMap((each) => each.blobs)), sideBySide(distinct, width$1, async (each) => await getManifest(session, each.entry.digest) !== void 0)]);
	const missing = distinct.filter((_, at) => there[at] !== true);
	const subjects = await sideBySide(missing, width$1, (each) => putReferrer(session, each.manifest));
	return {
		made: missing.length,
		announced: subjects.every((subject) => subject !== void 0)
	};
}
/** Pushes small blobs side by side, each digest once, those that are there not again. */
async function putBlobs(session, blobs) {
	await sideBySide([...new Map(blobs.map((each) => [each.descriptor.digest, each])).values()], width$1, async ({ bytes, descriptor }, signal) => {
		if (await hasBlob(session, descriptor)) return;
		await uploadBlob(session, bytesSource(bytes, descriptor), { signal });
	});
}
/**
* Reads an artifact by an entry of a list of referrers. Fails with REGISTRY_MISMATCH when it is not there, is not of one blob,
* or the blob has more than `limit` bytes.
*/
async function readArtifact(session, { digest }, limit) {
	const found = await getManifest(session, digest);
	if (found === void 0) throw mismatch(session, digest, "it does not have it");
	const manifest = parsed$1(session, found);
	const [blob, ...others] = manifest.layers;
	if (blob === void 0 || others.length > 0) throw unreadable(session, digest, `it has ${manifest.layers.length} blobs, where one is wanted`);
	return {
		manifest,
		blob: await readBlob$1(session, blob, limit)
	};
}
function putReferrer(session, manifest) {
	const reference = manifest.descriptor.digest;
	return session.ports.patience.retry(`put ${nameOf(session, reference)}`, async (tries) => {
		const subject = await sendManifest(session, manifest, reference).catch((error) => {
			throw withHint(error, withoutSubjects(session.access));
		});
		await expectShown(session, manifest, {
			reference,
			tries
		});
		return subject;
	});
}
function parsed$1(session, { bytes, descriptor }) {
	try {
		const value = parseManifest(bytes, descriptor.mediaType);
		if (value.kind === "manifest") return value;
	} catch (error) {
		if (error instanceof ManifestError) throw unreadable(session, descriptor.digest, error.message);
		throw error;
	}
	throw unreadable(session, descriptor.digest, "it is an index");
}
function unreadable(session, digest, what) {
	return new Failure("REGISTRY_MISMATCH", `cannot read the artifact ${nameOf(session, digest)}: ${what}`, { hint: "It was not made by this action." });
}
// src/oci/shared-tag.ts
const mostLosses$1 = 8;
const aliasTries = 3;
const shortestPause$1 = 100;
const longestPause$1 = 5e3;
/**
* Adds to a shared tag: reads, merges, writes once, and looks again until all of ours is shown: at once, and after a pause
* longer than another writer takes from reading to writing. What another writer replaced is merged and written again after a
* random wait. Answers how often that was.
*
* Fails with REGISTRY_FAILED when others replace it too often, REGISTRY_MISMATCH when the tag does not come to show it.
*/
function mergeIntoTag(session, shared) {
	const { tag, alias, merge, refused } = shared;
	const { patience, clock } = session.ports;
	const name = nameOf(session, tag);
	/** What the tag showed when we wrote; undefined when it showed nothing. */
	let written;
	let pause = 0;
	let losses = 0;
	let aliased = 0;
	const look = async () => {
		const found = await fetchManifest(session, tag);
		if (alias === void 0 || found?.descriptor.digest !== alias) return found;
		if (written !== void 0 && (aliased += 1) > aliasTries) throw refused(aliasShown(name));
	};
	const overwritten = () => {
		written = void 0;
		losses += 1;
		return losses > mostLosses$1 ? lostForGood$1(name) : new Transient(lost(name));
	};
	return patience.retry(`put ${name}`, async () => {
		for (;;) {
			const start = clock.now().getTime();
			const shown = await look();
			const digest = shown?.descriptor.digest;
			if (written !== void 0 && written.over === digest) throw new Transient(notShown(name));
			const next = await merge(shown);
			if (next === void 0) {
				if (pause === 0) return losses;
				await clock.sleep(pause);
				pause = 0;
				continue;
			}
			if (written !== void 0) throw overwritten();
			pause = shortestPause$1;
			await sendManifest(session, next, tag).catch((error) => {
				throw refused(error);
			});
			written = { over: digest };
			const took = clock.now().getTime() - start;
			pause = Math.min(longestPause$1, Math.max(pause, 2 * took));
		}
	});
}
function notShown(name) {
	return new Failure("REGISTRY_MISMATCH", `${name} does not show what was put there`, { hint: "Is a proxy or cache between here and the registry?" });
}
function aliasShown(name) {
	return new Failure("REGISTRY_FAILED", `${name} shows the image itself instead of what was put there`);
}
function lost(name) {
	return new Failure("REGISTRY_FAILED", `another writer replaced what was put at ${name}`, { hint: alone });
}
function lostForGood$1(name) {
	return new Failure("REGISTRY_FAILED", `other writers replaced what was put at ${name}, 9 times in a row`, { hint: alone });
}
const alone = "Let nothing else sign or attest the same image at the same time (cosign, actions/attest), then run again.";
// src/oci/image-tag.ts
/**
* Adds layers to the image of a tag: those that are there are kept, none comes twice, and nothing is written when all are
* there. Two layers are the same when digest and annotations are. Answers how often another writer's image replaced ours.
* Fails as mergeIntoTag does, with REGISTRY_MISMATCH when the tag is no image.
*/
async function putImageTag(session, request) {
	const { tag, layers, compose } = request;
	await putBlobs(session, layers);
	return mergeIntoTag(session, {
		tag,
		refused: (error) => withHint(error, withoutTag(session.access)),
		async merge(shown) {
			const before = shown === void 0 ? [] : layersIn(session, tag, shown);
			const added = layers.filter(({ descriptor }) => !before.some((each) => isSame(each, descriptor)));
			if (added.length === 0) return void 0;
			const { config, manifest } = compose(before, added);
			await putBlobs(session, [blobOf(config, "application/vnd.oci.image.config.v1+json")]);
			return blobOf(manifest, mediaTypes$1.manifest);
		}
	});
}
function layersIn(session, tag, { bytes, descriptor }) {
	try {
		const value = parseManifest(bytes, descriptor.mediaType);
		if (value.kind === "manifest") return value.layers;
		throw new ManifestError("it is an index");
	} catch (error) {
		if (!(error instanceof ManifestError)) throw error;
		throw new Failure("REGISTRY_MISMATCH", `${nameOf(session, tag)} is no image: ${error.message}`, { hint: "That tag is where signatures are kept; remove what was put there instead." });
	}
}
function isSame(a, b) {
	return a.digest === b.digest && textOf(a) === textOf(b);
}
function textOf({ annotations = {} }) {
	return JSON.stringify(Object.entries(annotations).sort(([a], [b]) => a < b ? -1 : 1));
}
// src/oci/referrers-index.ts
const noReferrers = {
	document: {},
	entries: []
};
/** Reads a list of referrers, leniently: what is in an entry is looked at later. Throws ManifestError. */
function parseReferrersIndex(bytes, mediaType) {
	if (mediaType !== mediaTypes$1.index) throw new ManifestError(`it is of the type ${JSON.stringify(mediaType)}, not an index`);
	const document = parseDocument(bytes);
	const entries = document["manifests"] ?? [];
	if (!Array.isArray(entries)) throw new ManifestError("manifests is not a list");
	return {
		document,
		entries
	};
}
/** Its entries as far as they can be read: others may use digests that we don't know. */
function descriptorsOf({ entries }) {
	return entries.flatMap((entry, at) => {
		try {
			return [parseDescriptor(entry, `manifests[${at}]`)];
		} catch (error) {
			if (error instanceof ManifestError) return [];
			throw error;
		}
	});
}
/** Those of ours that are not listed, or not with all that we say of them. */
function missingFrom({ entries }, ours) {
	return ours.filter((own) => !entries.some((entry) => says(entry, own)));
}
/** The list with the change: entries keep their order, ours that are listed are corrected in place, the others come last. */
function mergedIndex({ document, entries }, { ours, lost = [], gone = /* @__PURE__ */ new Set() }) {
	const all = /* @__PURE__ */ new Map();
	for (const entry of [...entries, ...lost]) {
		const digest = digestIn(entry);
		if (!gone.has(digest)) all.set(digest ?? entry, all.get(digest) ?? entry);
	}
	for (const own of ours) all.set(own.digest, {
		...Object(all.get(own.digest)),
		...own
	});
	const manifests = [...all.values()];
	return Buffer.from(JSON.stringify({
		...document,
		schemaVersion: 2,
		mediaType: mediaTypes$1.index,
		manifests
	}));
}
/** Whether an entry says at least what a descriptor says. */
function says(entry, { annotations = {}, ...plain }) {
	const fields = Object(entry);
	const texts = Object(fields["annotations"]);
	return Object.entries(plain).every(([key, value]) => fields[key] === value) && Object.entries(annotations).every(([key, value]) => texts[key] === value);
}
function digestIn(entry) {
	return Object(entry)["digest"];
}
// src/oci/referrers-api.ts
const mostPages = 1e3;
/** Asks the referrers API, all pages (distribution spec v1.1, listing referrers); undefined when the registry has none. Repeats while that may help. */
function askReferrers(session, query) {
	return session.ports.patience.retry(doingOf(session, query), () => fetchReferrers(session, query));
}
/** Waits until the referrers API lists all digests. Fails with REGISTRY_MISMATCH when it does not come to. */
function awaitListed(session, digest, wanted) {
	return session.ports.patience.retry(doingOf(session, { digest }), async () => {
		const listed = await fetchReferrers(session, { digest });
		const found = new Set(listed?.entries.map((each) => each.digest));
		const missing = wanted.filter((each) => !found.has(each));
		if (missing.length === 0) return;
		throw new Transient(mismatch(session, digest, `it does not list ${missing.join(", ")} among what refers to it`));
	});
}
async function fetchReferrers(session, query) {
	const { digest, artifactType } = query;
	const first = new URL(urlOf(session.access, `referrers/${digest}`));
	if (artifactType !== void 0) first.searchParams.set("artifactType", artifactType);
	const entries = [];
	let filtered = artifactType !== void 0;
	let url = first.href;
	for (let page = 0; url !== void 0; page += 1) {
		if (page === mostPages) throw broken(session, query, `it has more than ${mostPages} pages`);
		const response = await session.send({
			method: "GET",
			url,
			headers: { accept: mediaTypes$1.index }
		});
		if (page === 0 && await isMissing(response)) return void 0;
		if (response.status !== 200) throw await session.refusal(doingOf(session, query), response);
		entries.push(...await entriesIn(session, query, response));
		filtered &&= /\bartifactType\b/i.test(response.headers["oci-filters-applied"] ?? "");
		const next = nextPage(response.headers["link"]);
		url = next === void 0 ? void 0 : URL.parse(next, response.url)?.href;
	}
	return {
		entries,
		filtered
	};
}
/** Registries without the API answer 404, as they should, or what they have for addresses that they don't know. */
async function isMissing(response) {
	const missing = [
		400,
		404,
		405,
		406,
		501
	].includes(response.status) || response.status === 200 && typeOf(response) !== mediaTypes$1.index;
	if (missing) await readAtMost(response.body, 65536);
	return missing;
}
async function entriesIn(session, query, response) {
	const bytes = await readAtMost(response.body, manifestLimit);
	try {
		return descriptorsOf(parseReferrersIndex(bytes, typeOf(response)));
	} catch (error) {
		throw error instanceof ManifestError ? broken(session, query, error.message) : error;
	}
}
function doingOf({ access }, { digest }) {
	return `list what refers to ${placeOf(access)}@${shortDigest(digest)}`;
}
function broken(session, query, what) {
	const { registry } = session.access.repository;
	return new Failure("REGISTRY_FAILED", `${doingOf(session, query)}: the answer is broken: ${what}`, { hint: `Is a proxy between here and ${registry}? Its own log may say why.` });
}
// src/oci/referrers-tag.ts
/** Where referrers are listed by their writers when the registry does not (distribution spec v1.1, referrers tag schema). */
function referrersTag(subject) {
	return subject.replace(":", "-");
}
/** Entries of the tag; none when there is no tag. Fails with REGISTRY_MISMATCH when it is something else. */
async function readReferrersTag(session, subject) {
	const found = await getManifest(session, referrersTag(subject));
	return descriptorsOf(indexIn(session, subject, found?.descriptor.digest === subject ? void 0 : found));
}
/**
* Lists entries at the tag, with what others listed there. Answers how often another writer's list replaced ours. Where the
* registry refuses a list because manifests in it were removed, their entries are taken out.
*/
async function addToReferrersTag(session, subject, ours) {
	let refusal;
	const refused = (error) => {
		const failure = withHint(error, withoutReferrers(session.access));
		if (failure !== error) refusal = failure;
		return failure;
	};
	try {
		return await mergeIntoTag(session, {
			...listAt(session, subject, { ours }),
			refused
		});
	} catch (error) {
		const gone = error === refusal ? await goneFrom(session, subject) : /* @__PURE__ */ new Set();
		if (gone.size === 0) throw error;
		return mergeIntoTag(session, {
			...listAt(session, subject, {
				ours,
				gone
			}),
			refused
		});
	}
}
function listAt(session, subject, change) {
	const tag = referrersTag(subject);
	const seen = /* @__PURE__ */ new Set();
	return {
		tag,
		alias: subject,
		async merge(shown) {
			const index = indexIn(session, subject, shown);
			if (missingFrom(index, change.ours).length === 0) return void 0;
			const bytes = mergedIndex(index, {
				...change,
				lost: [...seen]
			});
			for (const entry of index.entries) seen.add(entry);
			if (bytes.length <= 4194304) return blobOf(bytes, mediaTypes$1.index);
			const what = `would have ${bytes.length} bytes, registries take ${manifestLimit}`;
			throw new Failure("REGISTRY_FAILED", `the list of referrers ${nameOf(session, tag)} ${what}`, { hint: "Remove signatures and attestations that are no longer needed." });
		}
	};
}
async function goneFrom(session, subject) {
	const listed = await readReferrersTag(session, subject);
	const found = await sideBySide(listed, 8, (each) => getManifest(session, each.digest));
	return new Set(listed.filter((_, at) => found[at] === void 0).map((each) => each.digest));
}
function indexIn(session, subject, shown) {
	if (shown === void 0) return noReferrers;
	try {
		return parseReferrersIndex(shown.bytes, shown.descriptor.mediaType);
	} catch (error) {
		if (!(error instanceof ManifestError)) throw error;
		const name = nameOf(session, referrersTag(subject));
		throw new Failure("REGISTRY_MISMATCH", `${name} is no list of referrers: ${error.message}`, { hint: "That tag is where signatures are listed (distribution spec v1.1); remove what was put there instead." });
	}
}
// src/oci/referrers-list.ts
/**
* What refers to a digest, with types and annotations: where a list lacks them, or has the type of a configuration instead,
* the manifest is looked at. Entries whose manifest is gone are left out. `listing` saves a request when it is known.
*/
async function listReferrers(session, query, listing) {
	const listed = listing === "tag" ? void 0 : await askApi(session, query);
	const complete = await sideBySide(listed ?? await readReferrersTag(session, query.digest), 8, (entry) => completed(session, entry, query.artifactType));
	return {
		listing: listed === void 0 ? "tag" : "api",
		entries: complete.filter((entry) => entry !== void 0)
	};
}
async function askApi(session, query) {
	const listed = await askReferrers(session, query);
	return (listed?.filtered === true && listed.entries.length === 0 ? await askReferrers(session, { digest: query.digest }) : listed)?.entries;
}
const typesOfConfigurations = /* @__PURE__ */ new Set([
	emptyType,
	"application/vnd.oci.image.config.v1+json",
	"application/vnd.docker.container.image.v1+json"
]);
/** The entry with what its manifest says, if need be; undefined when it is not wanted, or gone. */
async function completed(session, entry, wanted) {
	const { artifactType = emptyType, annotations = {} } = entry;
	const isTyped = !typesOfConfigurations.has(artifactType);
	if (isTyped && artifactType !== (wanted ?? artifactType)) return void 0;
	if (isTyped && Object.keys(annotations).length > 0) return entry;
	const found = await getManifest(session, entry.digest);
	if (found === void 0) return void 0;
	const looked = {
		...entry,
		...sayingOf(found)
	};
	return looked.artifactType === (wanted ?? looked.artifactType) ? looked : void 0;
}
/** What a list should say of a manifest (distribution spec v1.1); nothing for what we can't read. */
function sayingOf(found) {
	const manifest = manifestIn(found);
	if (manifest === void 0) return {};
	const { annotations, artifactType = manifest.config.mediaType } = manifest;
	return {
		artifactType,
		annotations
	};
}
/** Undefined for an index and what we can't read: others may attach what they like. */
function manifestIn({ bytes, descriptor }) {
	try {
		const value = parseManifest(bytes, descriptor.mediaType);
		return value.kind === "manifest" ? value : void 0;
	} catch (error) {
		if (error instanceof ManifestError) return void 0;
		throw error;
	}
}
// src/oci/referrers.ts
const defaultLimit = 134217728;
/** Opens what is attached in a repository; nothing is sent yet. */
function openReferrers(request, ports) {
	const session = sessionOf(request, ports);
	let listing;
	const warnOf = (losses, tag) => {
		if (losses === 0) return;
		ports.log.warning(`${nameOf(session, tag)}: another job wrote there at the same time, and what this one had put was lost; it was put back. Let one job alone sign and attest an image.`);
	};
	return {
		async probe(subject) {
			if (listing !== void 0) return listing;
			const listed = await askReferrers(session, { digest: subject });
			if (listed === void 0) await readReferrersTag(session, subject);
			listing = listed === void 0 ? "tag" : "api";
			return listing;
		},
		async attach({ subject, artifacts }) {
			const built = artifacts.map((artifact) => buildArtifact(subject, artifact));
			const entries = built.map((each) => each.entry);
			const { made, announced } = await putArtifacts(session, built);
			const listed = listing === "tag" ? void 0 : await askReferrers(session, { digest: subject.digest });
			const found = new Set(listed?.entries.map((each) => each.digest));
			const missing = entries.filter((each) => !found.has(each.digest));
			listing = listed === void 0 ? "tag" : "api";
			const losses = missing.length > 0 && (listing === "tag" || !announced) ? await addToReferrersTag(session, subject.digest, entries) : 0;
			if (listing === "api" && missing.length > 0) {
				const wanted = missing.map((each) => each.digest);
				await awaitListed(session, subject.digest, wanted);
			}
			warnOf(losses, referrersTag(subject.digest));
			return {
				entries,
				listing,
				made,
				losses
			};
		},
		async list(query) {
			const listed = await listReferrers(session, query, listing);
			listing = listed.listing;
			return listed.entries;
		},
		read: (entry, limit = defaultLimit) => readArtifact(session, entry, limit),
		readBlob: (blob, limit = defaultLimit) => readBlob$1(session, blob, limit),
		async putImageTag(request) {
			warnOf(await putImageTag(session, request), request.tag);
		}
	};
}
// src/scan/vulnerability-predicate.ts
/** Findings that an attestation lists at most; logs and stores of bundles are not for more. */
const most = 2e3;
const homes = {
	grype: "https://github.com/anchore/grype",
	trivy: "https://github.com/aquasecurity/trivy"
};
/**
* The predicate of `https://cosign.sigstore.dev/attestation/vuln/v1` (cosign, specs/COSIGN_VULN_ATTESTATION_SPEC.md).
* The result is our list of findings, the worst first, and not the scanner's own output.
*/
function vulnerabilityPredicate({ place, verdict, startedAt, finishedAt, run, builder }) {
	const { scanner, failing, others, ignored, failOn, onlyFixed, counts } = verdict;
	const isHere = (platform) => place === "index" || place === platform;
	const findings = [
		...failing,
		...others,
		...ignored
	].filter(({ platforms }) => platforms.some(isHere)).sort(byWeight);
	return {
		invocation: {
			parameters: {
				failOn,
				onlyFixed
			},
			uri: run,
			event_id: "",
			"builder.id": builder
		},
		scanner: {
			uri: homes[scanner.name],
			version: scanner.version,
			db: {
				uri: scanner.database.source,
				version: scanner.database.built
			},
			result: {
				counts: counts.filter(({ platform }) => isHere(platform)),
				findings: findings.slice(0, most).map(listed),
				...findings.length > most ? { omitted: findings.length - most } : {}
			}
		},
		metadata: {
			scanStartedOn: startedAt,
			scanFinishedOn: finishedAt
		}
	};
}
function listed(finding) {
	const { id, severity, package: name, version, kind, purl, fixedIn, platforms } = finding;
	return {
		id,
		severity,
		package: name,
		version,
		kind,
		...purl === void 0 ? {} : { purl },
		fixedIn,
		platforms,
		..."by" in finding ? { ignored: {
			by: finding.by,
			reason: finding.reason
		} } : {}
	};
}
/** What an attestation of ours lists, and when that was looked for; undefined for one of another program. */
function readVulnerabilities(predicate) {
	const fields = asObject(predicate);
	const list = asObject(asObject(fields?.["scanner"])?.["result"])?.["findings"];
	const scannedAt = asObject(fields?.["metadata"])?.["scanFinishedOn"];
	if (!Array.isArray(list) || typeof scannedAt !== "string") return void 0;
	return {
		scannedAt,
		findings: list.flatMap((item) => {
			const { id, package: name, version, severity } = asObject(item) ?? {};
			const known = severities.find((each) => each === severity);
			return typeof id === "string" && typeof name === "string" && typeof version === "string" ? [{
				id,
				package: name,
				version,
				severity: known ?? "unknown"
			}] : [];
		})
	};
}
// src/tags/wrong.ts
/** What is wrong with a line; who knows the input and the line's number makes a failure of it. */
var Wrong = class extends Error {
	name = "Wrong";
	hint;
	constructor(message, hint) {
		super(message);
		this.hint = hint;
	}
};
/** That something is what it may not be. */
function wrongValue(name, value, accepted) {
	return new Wrong(`${name} is ${JSON.stringify(value)}; accepted: ${accepted}`);
}
// src/tags/tag-name.ts
/** Most characters that a tag has (distribution spec). */
const limit = 128;
/** Makes a tag of any text: what may not be in one becomes `-`; empty when nothing is left. */
function cleanTag(text) {
	return text.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "").slice(0, limit);
}
/** A text that has to be a tag as it is. Throws Wrong. */
function checkedTag(text) {
	if (/^\w[\w.-]*$/.test(text) && text.length <= limit) return text;
	const strange = [...new Set(text.match(/[^\w.-]/gu))].map((each) => JSON.stringify(each)).join(", ");
	const wrong = text.length > limit ? `it has ${text.length} characters, ${limit} are accepted` : strange === "" ? `it starts with "${text[0]}"` : `${strange} may not be in a tag`;
	throw new Wrong(`${JSON.stringify(text)} is not a tag: ${wrong}`, "A tag has letters, digits, \"_\", \".\" and \"-\", does not start with \".\" or \"-\", and has at most 128 characters. A rule has type=: type=raw,value=….");
}
// src/pipeline/destination.ts
/** Opens a destination; nothing is sent yet. */
function openDestination(repository, credentials, world) {
	return {
		repository,
		credentials,
		session: sessionOf({
			repository,
			credentials
		}, world)
	};
}
// src/pipeline/one-try.ts
/** A patience that tries once, for what a run can do without. */
const oneTry = { async retry(_, attempt) {
	try {
		return await attempt(0);
	} catch (error) {
		throw error instanceof Transient ? error.failure : error;
	}
} };
// src/melange/recipe.ts
/**
* Reads a recipe from the file itself. `${{vars.…}}`, `${{package.…}}` and `${{range.…}}` are filled in as melange does, which
* knows no others in names; what is left (`var-transforms`) only melange can tell.
*/
function declaredRecipe(file) {
	const root = isRecord(file.value) ? file.value : {};
	const subpackages = subpackagesOf(root, file.known);
	const own = subpackages.map(({ index, values }) => {
		return {
			value: recordAt(entriesOf(root["subpackages"]), index),
			path: ["subpackages", index],
			values
		};
	});
	const version = `${file.version}-r${file.epoch}`;
	const named = [{
		value: recordAt(root, "package"),
		path: ["package"],
		values: file.known,
		name: file.name
	}, ...own.map((part, i) => ({
		...part,
		name: subpackages[i]?.name ?? ""
	}))];
	const environments = [environmentOf(recordAt(root, "test"), ["test"], file.known), ...own.map(({ value, path, values }) => environmentOf({
		...recordAt(value, "test"),
		if: value["if"]
	}, [...path, "test"], values))];
	const build = environmentOf(root, [], file.known);
	return {
		file,
		packages: named.map((part) => ({
			name: part.name,
			version,
			...dependenciesOf(part)
		})),
		needs: [...build.packages, ...own.flatMap(({ value, path, values }) => pipelineNeeds(value, path, values))],
		tests: environments.flatMap(({ packages }) => packages),
		repositories: build.repositories,
		testRepositories: environments.flatMap(({ repositories }) => repositories)
	};
}
/** Whether something in the names is left that only melange can tell. */
function isUnsure({ packages, needs, tests }) {
	return [...packages.flatMap(({ name, version, provides, runtime }) => [
		name,
		version,
		...provides,
		...runtime.map(({ text }) => text)
	]), ...[...needs, ...tests].map(({ text }) => text)].some(hasSubstitution);
}
function dependenciesOf({ value, path, values }) {
	const dependencies = recordAt(value, "dependencies");
	return {
		runtime: mentionsOf(dependencies["runtime"], [
			...path,
			"dependencies",
			"runtime"
		], values),
		provides: mentionsOf(dependencies["provides"], [
			...path,
			"dependencies",
			"provides"
		], values).map(({ text }) => text)
	};
}
function environmentOf(value, path, values) {
	const contents = recordAt(recordAt(value, "environment"), "contents");
	const at = [
		...path,
		"environment",
		"contents"
	];
	const repositories = ["repositories", "build_repositories"].flatMap((key) => mentionsOf(contents[key], [...at, key], values));
	return {
		packages: [...mentionsOf(contents["packages"], [...at, "packages"], values), ...pipelineNeeds(value, path, values)],
		repositories: repositories.map(({ text }) => text)
	};
}
/** `needs.packages` of the steps of a part, however deep. */
function pipelineNeeds(part, path, values) {
	return entriesOf(part["pipeline"]).flatMap((step, index) => {
		if (!isRecord(step)) return [];
		const at = [
			...path,
			"pipeline",
			index
		];
		const inside = isSet(step["if"]) || isSet(part["if"]) ? {
			...step,
			if: step["if"] ?? part["if"]
		} : step;
		const own = mentionsOf(recordAt(step, "needs")["packages"], [
			...at,
			"needs",
			"packages"
		], values);
		return [...isSet(inside["if"]) ? own.map((each) => ({
			...each,
			sometimes: true
		})) : own, ...pipelineNeeds(inside, at, values)];
	});
}
const isSet = (value) => value !== void 0 && value !== "";
function mentionsOf(list, path, values) {
	return entriesOf(list).flatMap((entry, index) => {
		const text = substitute(substitute(textOr(entry, ""), values), values);
		return text === "" ? [] : [{
			text,
			path: [...path, index]
		}];
	});
}
function recordAt(value, key) {
	const found = Array.isArray(value) ? value[Number(key)] : isRecord(value) ? value[key] : void 0;
	return isRecord(found) ? found : {};
}
// src/domain/image-marks.ts
/** Keys of the OCI image spec (v1.1, annotations.md). */
const markKeys = {
	created: "org.opencontainers.image.created",
	description: "org.opencontainers.image.description",
	licenses: "org.opencontainers.image.licenses",
	revision: "org.opencontainers.image.revision",
	source: "org.opencontainers.image.source",
	title: "org.opencontainers.image.title",
	url: "org.opencontainers.image.url",
	version: "org.opencontainers.image.version"
};
// src/oci/layout-reader.ts
/**
* Finds the image of a layout. Its index.json may list that one image (as the spec has it), or be the image's own index
* (as apko writes it: platforms listed right there, no index among the blobs). Fails with LAYOUT_INVALID naming the file.
*/
async function openLayout(folder) {
	const marker = join(folder, "oci-layout");
	if (/"imageLayoutVersion"\s*:\s*"([^"]*)"/.exec((await bytesOf(marker)).toString())?.[1] !== "1.0.0") throw invalid(marker, "it is not the mark of an OCI image layout 1.0.0");
	const file = join(folder, "index.json");
	const bytes = await bytesOf(file);
	const index = parsed(file, bytes, mediaTypes$1.index);
	const [first, ...others] = index.kind === "index" ? index.manifests : [];
	if (first === void 0) throw invalid(file, "it lists no image");
	if (others.length === 0 && (isIndexType(first.mediaType) || first.platform === void 0)) return {
		folder,
		root: first
	};
	if ([first, ...others].every((each) => isManifestType(each.mediaType) && each.platform !== void 0)) return {
		folder,
		root: {
			mediaType: index.mediaType,
			digest: digestOf(bytes),
			size: bytes.length
		}
	};
	throw invalid(file, `it lists ${others.length + 1} images, where one is wanted`);
}
/** Reads an index or manifest of the layout; size and digest are checked. Fails with LAYOUT_INVALID. */
async function readDocument(folder, descriptor) {
	const file = await documentFile(folder, descriptor);
	const bytes = await checkedBytes(file, descriptor);
	return {
		descriptor,
		bytes,
		value: parsed(file, bytes, descriptor.mediaType)
	};
}
/** Reads a small blob such as an image's configuration; size and digest are checked. Fails with LAYOUT_INVALID. */
async function readBlob(folder, descriptor) {
	return checkedBytes(blobFile(folder, descriptor), descriptor);
}
/** Absolute path of a blob whose size was checked; its digest is left to who reads all of it. Fails with LAYOUT_INVALID. */
async function findBlob(folder, descriptor) {
	const file = blobFile(folder, descriptor);
	const size = await sizeOf$1(file);
	if (size !== descriptor.size) throw invalid(file, `it has ${size} bytes, its manifest says ${descriptor.size}`);
	return file;
}
async function documentFile(folder, descriptor) {
	const file = blobFile(folder, descriptor);
	const top = join(folder, "index.json");
	return !await stat(file).then(() => true, () => false) && digestOf(await bytesOf(top)) === descriptor.digest ? top : file;
}
async function checkedBytes(file, descriptor) {
	const bytes = await bytesOf(file);
	if (bytes.length !== descriptor.size) throw invalid(file, `it has ${bytes.length} bytes, ${descriptor.size} were announced`);
	if (digestOf(bytes) !== descriptor.digest) throw invalid(file, "its sha256 is not the one in its name");
	return bytes;
}
function parsed(file, bytes, mediaType) {
	try {
		return parseManifest(bytes, mediaType);
	} catch (error) {
		if (error instanceof ManifestError) throw invalid(file, error.message);
		throw error;
	}
}
async function bytesOf(file) {
	const size = await sizeOf$1(file);
	if (size > 4194304) throw invalid(file, `it has ${size} bytes, at most ${manifestLimit} are read`);
	return readFile(file);
}
async function sizeOf$1(file) {
	const found = await stat(file).catch((cause) => {
		throw invalid(file, "it cannot be read", cause);
	});
	if (!found.isFile()) throw invalid(file, "it is not a file");
	return found.size;
}
function blobFile(folder, descriptor) {
	return join(folder, "blobs", "sha256", hexOf(descriptor.digest));
}
function invalid(file, wrong, cause) {
	return new Failure("LAYOUT_INVALID", `${file}: ${wrong}`, {
		hint: "The OCI layout is incomplete or was changed after it was built; build the image again.",
		cause
	});
}
// src/domain/version-order.ts
/** Kinds of parts of a version; of two versions that are equal so far, the one whose next part is of a later kind is less. */
const kinds = [
	"digit",
	"letter",
	"suffix",
	"number",
	"hash",
	"revision",
	"end"
];
/** Suffixes in their order; those before the empty one are before the release. */
const suffixes = [
	"alpha",
	"beta",
	"pre",
	"rc",
	"",
	"cvs",
	"svn",
	"git",
	"hg",
	"p"
];
/**
* Less than, equal to or greater than 0, as apk orders two versions (apk-tools 3, version.c, `apk_version_compare`): `1.10` is
* after `1.9`, `1.0_rc1` before `1.0`, `1.0-r1` after it. Texts that are no versions are ordered as texts, after what is one.
*/
function compareVersions(left, right) {
	const [a, b] = [partsOf(left), partsOf(right)];
	if (a === void 0 || b === void 0) {
		if (a === void 0 && b === void 0) return left < right ? -1 : Number(left > right);
		return a === void 0 ? 1 : -1;
	}
	for (const [at, part] of a.entries()) {
		const other = b[at];
		if (other === void 0) break;
		const order = part.kind === other.kind ? compareParts(part, other, at) : compareKinds(part, other);
		if (order !== 0) return order;
	}
	return 0;
}
/** Parts up to an `end`; undefined when it is no version. */
function partsOf(text) {
	if (!/^\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*(~[0-9a-f]+)?(-r\d+)?$/.test(text)) return void 0;
	return [...[...text.matchAll(/-r(\d+)|~([0-9a-f]+)|_([a-z]+)(\d*)|([a-z])|(\d+)/g)].flatMap(([, revision, hash, suffix, number, letter, digit]) => {
		if (revision !== void 0) return [{
			kind: "revision",
			text: revision
		}];
		if (hash !== void 0) return [{
			kind: "hash",
			text: hash
		}];
		if (letter !== void 0) return [{
			kind: "letter",
			text: letter
		}];
		if (suffix === void 0) return [{
			kind: "digit",
			text: digit ?? ""
		}];
		return [{
			kind: "suffix",
			text: suffix
		}, ...number ? [{
			kind: "number",
			text: number
		}] : []];
	}), {
		kind: "end",
		text: ""
	}];
}
function compareParts({ kind, text: a }, { text: b }, at) {
	if (kind === "suffix") return suffixes.indexOf(a) - suffixes.indexOf(b);
	if (kind === "letter" || kind === "hash" || kind === "digit" && at > 0 && /^0/m.test(`${a}\n${b}`)) return a < b ? -1 : Number(a > b);
	const [left, right] = [BigInt(a || 0), BigInt(b || 0)];
	return left < right ? -1 : Number(left > right);
}
function compareKinds(a, b) {
	const isBefore = ({ kind, text }) => kind === "suffix" && suffixes.indexOf(text) < suffixes.indexOf("");
	if (isBefore(a)) return -1;
	if (isBefore(b)) return 1;
	return kinds.indexOf(b.kind) - kinds.indexOf(a.kind);
}
// src/domain/gzip-member.ts
const trailer = 8;
/**
* The first member of a gzip file (RFC 1952). Throws for anything else, for a member that is cut off, and for one that holds more than `most`
* bytes.
*/
function firstMember(bytes, most) {
	const start = headerLength(bytes);
	const limit = most === void 0 ? {} : { maxOutputLength: most };
	const { buffer, engine } = inflateRawSync(bytes.subarray(start), {
		info: true,
		...limit
	});
	const length = start + engine.bytesWritten + trailer;
	if (length > bytes.length) throw new RangeError("unexpected end of file");
	return {
		length,
		content: buffer
	};
}
/** Bytes of the first member of a gzip file (RFC 1952). Throws for anything else. */
function firstMemberLength(bytes) {
	return firstMember(bytes).length;
}
function headerLength(bytes) {
	if (bytes.readUInt16BE(0) !== 8075 || bytes[2] !== 8) throw new TypeError("not gzip");
	const flags = bytes[3] ?? 0;
	let at = 10;
	if (flags & 4) at += 2 + bytes.readUInt16LE(at);
	for (const text of [8, 16]) if (flags & text) at = bytes.indexOf(0, at) + 1;
	if (flags & 2) at += 2;
	return at;
}
// src/oci/image-tree.ts
/** Reads `root` and all manifests below it. Fails with LAYOUT_INVALID. */
async function readImageTree(folder, root) {
	const found = /* @__PURE__ */ new Map();
	const heightOf = async (descriptor) => {
		const known = found.get(descriptor.digest);
		if (known !== void 0) return known.height;
		const document = await readDocument(folder, descriptor);
		let height = 0;
		if (document.value.kind === "index") for (const child of document.value.manifests) height = Math.max(height, await heightOf(child) + 1);
		found.set(descriptor.digest, {
			document,
			height
		});
		return height;
	};
	const top = await heightOf(root);
	const all = [...found.values()];
	return {
		levels: Array.from({ length: top + 1 }, (_, height) => all.filter((each) => each.height === height).map((each) => each.document)).filter((level) => level.length > 0),
		blobs: distinct(all.flatMap(({ document: { value } }) => value.kind === "manifest" ? blobsOf(value) : []))
	};
}
// src/oci/push.ts
/**
* Pushes an image by digest, bytes as they are: blobs side by side, each once, then manifests, then the index, each read back
* and compared. Sets no tag. What is there already is not sent again, so a push that failed can be repeated cheaply.
* Fails as `Repository` does, and with LAYOUT_INVALID before anything is sent when the layout is incomplete.
*/
async function pushImage(request, ports) {
	const tree = await readImageTree(request.layout, request.index);
	const blobs = [...tree.blobs].sort((a, b) => b.size - a.size);
	const files = await Promise.all(blobs.map((blob) => findBlob(request.layout, blob)));
	const repository = openRepository(request, ports);
	const { concurrency = 4, chunkSize, mountFrom } = request;
	const sent = await sideBySide([...files.entries()], concurrency, async ([at, file], signal) => {
		const blob = blobs[at];
		if (blob === void 0 || await repository.hasBlob(blob)) return false;
		const start = ports.clock.now().getTime();
		const options = {
			signal,
			...chunkSize === void 0 ? {} : { chunkSize },
			...mountFrom === void 0 ? {} : { mountFrom }
		};
		if (await repository.putBlob(fileSource(file, blob, signal), options) === "mounted") return false;
		const seconds = (ports.clock.now().getTime() - start) / 1e3;
		ports.log.info(`uploaded ${shortDigest(blob.digest)}, ${formatSize(blob.size)} in ${seconds.toFixed(1)} s`);
		return true;
	});
	for (const level of tree.levels) await sideBySide(level, concurrency, (document) => repository.putManifest(document));
	const uploaded = blobs.filter((_, at) => sent[at] === true);
	const skipped = blobs.filter((_, at) => sent[at] !== true);
	if (skipped.length > 0) ports.log.info(`${skipped.length} blobs were there already, ${formatSize(sizeOf(skipped))}`);
	return {
		repository: request.repository,
		digest: request.index.digest,
		uploaded: uploaded.length,
		skipped: skipped.length,
		bytes: sizeOf(uploaded)
	};
}
function sizeOf(blobs) {
	return blobs.reduce((sum, blob) => sum + blob.size, 0);
}
// src/oci/image-age.ts
/** What an index or manifest says of itself: the annotations `org.opencontainers.image.created` and `.revision` (image spec v1.1, annotations). */
function ageOf({ bytes, descriptor }) {
	const annotations = annotationsOf(bytes, descriptor.mediaType);
	const created = Date.parse(annotations["org.opencontainers.image.created"] ?? "");
	const revision = annotations["org.opencontainers.image.revision"];
	return {
		...Number.isFinite(created) ? { created } : {},
		...revision === void 0 ? {} : { revision }
	};
}
/** Whether one image is surely of a newer commit than another: what is unknown, and another build of the same commit, is not newer. */
function isNewer(one, other) {
	if (one.created === void 0 || other.created === void 0) return false;
	if (one.revision !== void 0 && one.revision === other.revision) return false;
	return one.created > other.created;
}
function annotationsOf(bytes, mediaType) {
	try {
		return parseManifest(bytes, mediaType).annotations;
	} catch (error) {
		if (error instanceof ManifestError) return {};
		throw error;
	}
}
// src/oci/tag-version.ts
/**
* Three numbers and what follows: semver.org 2.0.0, PEP 440 (`1.0.0rc1`, `1.0.0.post1`), letters (`1.1.1w`); with or without `v`. A tag
* has `-` or `_` where a version has `+`.
*/
const threeNumbers = /^v?\d+\.\d+\.\d+(?:\.\d+)*(?:[A-Za-z]+\d*)?(?:[-_.][\w.-]+)?$/;
/** PEP 440 with the number of a pre-release, post-release or development release, which is whole with two numbers, too: `1.0rc1`. */
const pep440 = /^v?\d+\.\d+(?:(?:a|b|rc)\d+|\.post\d+|\.dev\d+)+(?:[-_][\w.-]+)?$/;
/** Version of an apk with its revision, which is whole however few numbers it has: `20240101-r0`, `1.2_p1-r3`. */
const apk = /^v?\d+(?:\.\d+)*[a-z]?(?:_[a-z]+\d*)*-r\d+$/;
/** A name before a version (`senhas-1.2.3`, `my-app-v1.2.3`): words with a letter each. */
const named = /^[A-Za-z][\w.]*(?:-(?:[A-Za-z_][\w.]*|\d+[A-Za-z_]\w*))*-(?=v?\d)/;
/** Last words of a name that say that the tag moves all the same: channels, and branches such as `release/1.2.3`. */
const moving = /(?:^|-)(?:branch|bugfix|canary|daily|dev|devel|develop|edge|feature|head|hotfix|latest|main|master|nightly|pr|releases?|snapshot|support|trunk|weekly)-$/i;
/**
* Whether a tag looks like a whole version (`1.2.3`, `v1.2.3-rc.1`, `1.0.0rc1`, `1.2.3-r0`, `senhas-1.2.3`), which names one image for
* ever; not `1`, `1.2`, `latest`, branches, `nightly-1.2.3`.
*/
function isFullVersion(tag) {
	const [name = ""] = named.exec(tag) ?? [];
	const version = tag.slice(name.length);
	return !moving.test(name) && [
		threeNumbers,
		pep440,
		apk
	].some((each) => each.test(version));
}
// src/oci/tag-verdict.ts
/** What is to be done with a tag, by what it shows before we wrote; pure. */
function judgeTag({ tag, shown, ours, allowRetag }) {
	if (shown === void 0) return "move";
	if (shown.digest === ours.digest) return "there";
	if (allowRetag) return "move";
	if (isFullVersion(tag)) return "refused";
	return isNewer(shown.age, ours.age) ? "newer" : "move";
}
/**
* The same after we wrote, when another image is shown: somebody else wrote after us. An older run's is replaced again; one that
* is neither surely older nor surely newer is left, so that two runs never fight; pure.
*/
function judgeOverwritten({ tag, shown, ours, allowRetag }) {
	if (shown === void 0) return "move";
	if (shown.digest === ours.digest) return "there";
	if (isFullVersion(tag) && !allowRetag) return "refused";
	if (isNewer(ours.age, shown.age)) return "move";
	return isNewer(shown.age, ours.age) ? "newer" : "later";
}
/** The failure for a tag that is not moved; `name` is the tag with its repository. */
function retagRefused(name, old, ours) {
	return new Failure("TAG_REFUSED", `${name} is ${old} and is not moved to ${ours}: a tag that looks like a full version names one image for ever`, { hint: "Raise the version (or the epoch of the package), or leave that tag out. Where it has to be moved all the same, set \"allow-retag: true\"." });
}
// src/oci/settle-tag.ts
const mostStale = 3;
const mostLosses = 8;
const shortestPause = 300;
const longestPause = 5e3;
/** Asks what a tag names, one try. */
async function lookAtTag(session, tag) {
	const at = session.ports.clock.now().getTime();
	const found = await fetchManifest(session, tag);
	return {
		at,
		shown: found && {
			digest: found.descriptor.digest,
			age: ageOf(found)
		}
	};
}
/**
* Sets a tag: compares, writes, and looks again, at once and after twice the time that passed between look and write, so that
* another run that looked before we wrote has written by then. An older run's image is replaced again; see docs/decisions/0014.
*
* Fails with TAG_REFUSED when it is a full version of another image, REGISTRY_MISMATCH when it does not come to show ours,
* REGISTRY_FAILED when older runs replace it again and again.
*/
function settleTag(session, setting) {
	const { tag, manifest, ours } = setting;
	const { clock, patience } = session.ports;
	const name = nameOf(session, tag);
	let given = setting.look;
	/** What the tag showed when we wrote. */
	let written;
	let pause = 0;
	let stale = 0;
	let losses = 0;
	const isStale = ({ shown }) => written !== void 0 && shown?.digest === written.over;
	const waitForIt = (shown) => {
		stale += 1;
		const failure = mismatch(session, tag, shown === void 0 ? "it does not have it" : `it shows ${shown.digest}`);
		if (stale === mostStale) written = void 0;
		if (stale > mostStale) throw failure;
		throw new Transient(failure);
	};
	const endOf = ({ shown }) => {
		const verdict = (losses > 0 ? judgeOverwritten : judgeTag)({
			...setting,
			shown
		});
		if (verdict === "move") return void 0;
		if (verdict === "there" || shown === void 0) return { kind: "named" };
		if (verdict === "refused") throw retagRefused(name, shown.digest, ours.digest);
		return {
			kind: verdict,
			tag,
			shown
		};
	};
	return patience.retry(`put ${name}`, async () => {
		for (;;) {
			const look = given ?? await lookAtTag(session, tag);
			given = void 0;
			if (look.shown?.digest === ours.digest) {
				if (pause === 0) return { kind: "named" };
				setting.onShown?.();
				await clock.sleep(pause);
				pause = 0;
				continue;
			}
			if (isStale(look)) waitForIt(look.shown);
			if (written !== void 0) losses += 1;
			if (losses > mostLosses) throw lostForGood(name);
			const end = endOf(look);
			if (end !== void 0) return end;
			written = void 0;
			pause = shortestPause;
			await sendManifest(session, manifest, tag).catch((error) => {
				throw isImmutable(error, name) ? immutable(error, name) : error;
			});
			written = { over: look.shown?.digest };
			pause = Math.min(longestPause, Math.max(pause, 2 * (clock.now().getTime() - look.at)));
		}
	});
}
/** Whether a registry refused a tag because a rule makes tags immutable: each says it in other words, with other statuses. */
function isImmutable(error, name) {
	return error instanceof Failure && /immutab|cannot be overwritten/i.test(error.message.replaceAll(name, ""));
}
function immutable({ message }, name) {
	return new Failure("TAG_REFUSED", `${name} is not moved: ${message}`, { hint: "A rule of the registry makes this tag immutable: leave the tag out, or have the rule changed." });
}
function lostForGood(name) {
	return new Failure("REGISTRY_FAILED", `runs of older commits replaced what was put at ${name}, 9 times in a row`, { hint: "Let the runs that set this tag wait for one another (\"concurrency\" in the workflow), then run again." });
}
// src/oci/settle-run.ts
/** Milliseconds for which a look counts as just taken. */
const fresh = 100;
/**
* Sets the tags of a whole run: full versions in all places, and when all of them are shown the others. Where one of them cannot be
* set, no other tag is set anywhere. Answers what came of each place, in their order.
*/
async function settleRun(places, options, ports) {
	const works = places.map((place) => openWork(place, options, ports));
	const versions = works.flatMap(({ begin }) => begin(true));
	await Promise.all(versions.map(({ shown, done }) => Promise.race([shown, done])));
	const isStopped = works.some(({ found }) => found.length > 0);
	const others = isStopped ? [] : works.flatMap(({ begin }) => begin(false));
	await Promise.all([...versions, ...others].map(({ done }) => done));
	if (isStopped) for (const work of works) work.tellUnset();
	return works.map((work) => {
		try {
			return { value: work.end() };
		} catch (error) {
			return { failures: foreseen(error) };
		}
	});
}
function openWork(place, { allowRetag }, { log, clock }) {
	const { session, manifest, ours, looks } = place;
	const tags = [...looks.keys()];
	const found = [];
	const begun = /* @__PURE__ */ new Set();
	const ends = /* @__PURE__ */ new Map();
	const setOne = async (tag, onShown) => {
		const look = looks.get(tag);
		const isFresh = look !== void 0 && clock.now().getTime() - look.at <= fresh;
		const setting = {
			tag,
			manifest,
			ours,
			allowRetag,
			onShown,
			...isFresh ? { look } : {}
		};
		const end = await settleTag(session, setting);
		ends.set(tag, end.kind === "named" ? void 0 : end);
		if (end.kind === "named") log.info(`${nameOf(session, tag)} is ${ours.digest}`);
	};
	return {
		/** What failed so far. */
		found,
		begin: (full) => tags.filter((tag) => isFullVersion(tag) === full).map((tag) => {
			begun.add(tag);
			const { promise: shown, resolve } = Promise.withResolvers();
			return {
				shown,
				done: collect(found, () => setOne(tag, resolve))
			};
		}),
		tellUnset() {
			for (const tag of tags.filter((each) => !begun.has(each))) log.warning(`${nameOf(session, tag)} is not set, since a full version of this run could not be set`);
		},
		/** What was made of it; throws what failed. */
		end() {
			throwIfAny(found);
			return {
				named: tags.filter((tag) => ends.has(tag) && ends.get(tag) === void 0),
				left: tags.flatMap((tag) => ends.get(tag) ?? [])
			};
		}
	};
}
// src/oci/tag.ts
const width = 8;
/**
* Looks at the tags of a whole run before anything is pushed; answers for each request whether all its tags name the digest
* already. Fails with TAG_REFUSED, for all of them at once, where a tag may not be moved. A registry that does not tell is
* left to the push, which tells why.
*/
async function surveyTags(requests, options, ports) {
	const found = await Promise.all(requests.map((request) => look(request, ports, false).catch((error) => {
		foreseen(error);
	})));
	throwIfAny(found.flatMap((checked) => checked === void 0 ? [] : refusalsOf(checked, options)));
	return found.map((checked) => checked !== void 0 && checked.looks.size > 0 && [...checked.looks.values()].every(({ shown }) => shown?.digest === checked.request.digest));
}
/**
* Sets the tags of a whole run, over all images and registries: all are looked at, and judged, before the first is written; then
* full versions are set everywhere, then the others, each read back. Answers what came of each request, in their order; where a
* full version could not be set, `named` of the others has full versions only.
*
* Fails before any tag is set: with TAG_REFUSED where one may not be moved, REGISTRY_MISMATCH where a digest is not there, and as
* `Repository` does.
*/
async function moveTags(requests, options, ports) {
	const checked = await Promise.all(requests.map((request) => look(request, ports, true)));
	throwIfAny(checked.flatMap((each) => [...missingOf(each), ...refusalsOf(each, options)]));
	return settleRun(checked.map(({ request, session, manifest, looks }) => {
		if (manifest === void 0) throw notThere(request);
		return {
			session,
			manifest,
			ours: oursOf(request, manifest),
			looks
		};
	}), options, ports);
}
async function look(request, ports, withManifest) {
	const session = sessionOf(request, ports);
	const [manifest, looks] = await Promise.all([request.manifest ?? (withManifest ? getManifest(session, request.digest) : void 0), sideBySide([...new Set(request.tags)], width, async (tag) => {
		const what = `get ${nameOf(session, tag)}`;
		return [tag, await ports.patience.retry(what, () => lookAtTag(session, tag))];
	})]);
	return {
		request,
		session,
		manifest,
		looks: new Map(looks)
	};
}
function refusalsOf({ request, session, manifest, looks }, { allowRetag }) {
	const ours = oursOf(request, manifest);
	return [...looks].flatMap(([tag, { shown }]) => shown !== void 0 && judgeTag({
		tag,
		shown,
		ours,
		allowRetag
	}) === "refused" ? [retagRefused(nameOf(session, tag), shown.digest, ours.digest)] : []);
}
function missingOf({ request, manifest }) {
	return manifest === void 0 ? [notThere(request)] : [];
}
function oursOf({ digest, age = {} }, manifest) {
	return {
		digest,
		age: {
			...age,
			...manifest === void 0 ? {} : ageOf(manifest)
		}
	};
}
function notThere({ repository, digest }) {
	const name = formatRepository(repository);
	return new Failure("REGISTRY_MISMATCH", `${name} does not have ${digest}, so no tag can name it`, { hint: "Push the image first." });
}
// src/scan/database-wish.ts
/** Where the scanners' makers publish their databases. */
const publishedPlaces = {
	grype: "https://grype.anchore.io/databases",
	trivy: "mirror.gcr.io/aquasec/trivy-db:2"
};
/** Reads the input `scan-database`; undefined is the scanner's own. Fails with INPUT_INVALID when it is neither a mirror nor a file that is there. */
function readDatabaseWish(scanner, given, workspace) {
	if (given === void 0) return {
		kind: "mirror",
		place: publishedPlaces[scanner]
	};
	const path = resolve(workspace, given);
	const found = given.includes("://") ? void 0 : statOf(path);
	if (found?.isFile() === true) return {
		kind: "file",
		path,
		given
	};
	const place = scanner === "grype" ? listingPlace(given) : repositoryPlace(given);
	if (place !== void 0 && found === void 0) return {
		kind: "mirror",
		place
	};
	const what = found === void 0 ? "" : found.isDirectory() ? " (it is a folder)" : " (it is neither file nor folder)";
	throw new Failure("INPUT_INVALID", `input "scan-database" is "${withoutLogin(given)}"${what}; accepted for ${scanner}: ${accepted[scanner]}`, { hint: found === void 0 ? nextStep(given, path) : "Name the file of the database itself." });
}
const accepted = {
	grype: "an http or https URL of a mirror without a user name (with v6/latest.json below it), or a file",
	trivy: "an OCI repository such as ghcr.io/aquasecurity/trivy-db:2, or a file"
};
/** No path is told that may be a place with a login. */
function nextStep(given, path) {
	return given.includes("://") || withoutLogin(given) !== given ? "Give the place without user name and password; a database that needs a login can be fetched first, and given as a file." : `A path is relative to the workspace; there is no file ${path}.`;
}
/** Undefined when nothing is there, or nobody may look. */
function statOf(path) {
	try {
		return statSync(path);
	} catch {
		return;
	}
}
function listingPlace(given) {
	const parsed = URL.parse(given);
	if (parsed === null || !["https:", "http:"].includes(parsed.protocol)) return void 0;
	if (parsed.username !== "") return void 0;
	return parsed.href.replace(/\/+$/, "");
}
/** `host/path:tag`; an `oci://` or `https://` in front is left out. A path without a host is a file that is not there. */
function repositoryPlace(given) {
	const bare = given.replace(/^(?:oci|https?):\/\//, "");
	return /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(bare) && /[.:]|^localhost/.test(bare.split("/")[0] ?? "") && !/^\.+\//.test(bare) ? bare : void 0;
}
/** A place without user name, password, query and fragment, be there a scheme or not. */
function withoutLogin(place) {
	const [, scheme = "", rest = "", digest = ""] = /^([\w+.-]+:\/\/)?(.*?)(@sha256:[0-9a-f]*)?$/s.exec(place) ?? [];
	return `${scheme}${rest.slice(rest.lastIndexOf("@") + 1).replace(/[?#].*$/s, "")}${digest}`;
}
// src/domain/git-tag-name.ts
/** What git takes as the name of a tag, in words. */
const tagNameRule = "no space, control character or any of ~ ^ : ? * [ \\, no \"..\", \"//\" or \"@{\", no part that starts with \".\" or ends with \".lock\", no \"/\" at either end, no \".\" at the end, no \"-\" at the start";
/** Whether git takes a text as the name of a tag (git-check-ref-format(1), git-tag(1)). */
function isTagName(text) {
	return !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|\/\/|@\{|^[-/]|[./]$|^@?$/.test(text) && text.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}
// src/sigstore/signing-decision.ts
/**
* Decides whether the run signs and with what. Fails with IDENTITY_MISSING, naming the line to add, when it should sign
* and cannot; with INPUT_INVALID when a private repository would be named in the public log without the user's word.
*/
function decideSigning(facts) {
	const { sign, push, cosignKey, identityOffered, stranger, publicLog } = facts;
	if (sign === "false" || sign === "auto" && !push) return { sign: false };
	const told = sign === "true";
	const secret = facts.privateRepository === true && publicLog && !told;
	if (cosignKey) return {
		sign: true,
		by: "key",
		log: !secret
	};
	if (!identityOffered && stranger && !push) return {
		sign: false,
		notice: "not signed: GitHub gives pull requests of forks and of Dependabot no identity token"
	};
	if (!identityOffered) throw withoutIdentity(facts);
	if (secret) throw wouldTell(facts);
	return {
		sign: true,
		by: "identity",
		log: true
	};
}
function withoutIdentity({ workflow, stranger, alone = false }) {
	if (!workflow) return new Failure("IDENTITY_MISSING", "signing without a key needs the identity of a GitHub job, and this is none", { hint: alone ? "Give a key as cosign-key." : "Give a key as cosign-key, or leave the image unsigned with `sign: false`." });
	if (stranger) return new Failure("IDENTITY_MISSING", "this pull request is of a fork or of Dependabot, to which GitHub gives no identity token, so what it pushes cannot be signed", { hint: alone ? "Give a cosign-key, or leave this step out for such pull requests." : "Leave out `push: true` for pull requests, or say `sign: false`." });
	return new Failure("IDENTITY_MISSING", "the job may not ask for an identity token, which signing needs", { hint: alone ? "Add `id-token: write` to the permissions of the job, or give a cosign-key." : "Add `id-token: write` to the permissions of the job, give a cosign-key, or say `sign: false`." });
}
function wouldTell({ alone = false }) {
	return new Failure("INPUT_INVALID", "the repository is private, and signing would write its name and that of the workflow to the public log for ever", { hint: `Say \`sign: true\` if that is all right; else give fulcio-url, rekor-url and trusted-root of a private Sigstore, ${alone ? "or a cosign-key" : "a cosign-key, or `sign: false`"}.` });
}
export { listTags as $, parseManifest as A, substitute as At, isSameWriter as B, cleanTag as C, Transient as Ct, vulnerabilityPredicate as D, parseObject$1 as Dt, readVulnerabilities as E, asObject as Et, byWeight as F, entriesOf as Ft, formatSize as G, mostNotes as H, rankOf as I, isRecord as It, apkName as J, largestAsset as K, severities as L, textOr as Lt, tagOf as M, readTextFile as Mt, bundleType as N, otherThanFile as Nt, openReferrers as O, subpackagesOf as Ot, vulnerabilitiesType as P, withoutLogins as Pt, findLogin as Q, uploadSarif as R, takesFlag as Rt, checkedTag as S, withoutStamps as St, wrongValue as T, parseRetryAfter as Tt, withBlock as U, makeBlock as V, writerOf as W, imageFileName as X, assetName as Y, sha256OfFile as Z, markKeys as _, waitOfLimit as _t, readDatabaseWish as a, formatReference as at, oneTry as b, partOutcomes as bt, surveyTags as c, parseRepository as ct, firstMemberLength as d, digestOf as dt, sideBySide as et, compareVersions as f, hexOf as ft, readDocument as g, saidIn as gt, readBlob as h, openGithub as ht, publishedPlaces as i, urlOf as it, isPullRequest as j, readYamlFile as jt, blobsOf as k, hasSubstitution as kt, pushImage as l, registryOfHost as lt, openLayout as m, sha256Hex as mt, isTagName as n, sessionOf as nt, withoutLogin as o, formatRepository as ot, findBlob as p, isDigest as pt, mediaTypeOf as q, tagNameRule as r, getManifest as rt, moveTags as s, parseReference as st, decideSigning as t, openRepository as tt, firstMember as u, digestFromHex as ut, declaredRecipe as v, eachAlone as vt, Wrong as w, readAtMost as wt, openDestination as x, chooseServices as xt, isUnsure as y, foreseen as yt, isLater as z };

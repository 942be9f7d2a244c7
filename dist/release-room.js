import { o as __toESM } from "./rolldown-runtime.js";
import { D as throwIfAny, O as Failure } from "./start.js";
import { n as require_tar_stream, r as require_semver } from "./vendor.js";
import { $ as listTags, B as isSameWriter, Ct as Transient, Dt as parseObject, Et as asObject, G as formatSize, J as apkName, K as largestAsset, Q as findLogin, U as withBlock, V as makeBlock, W as writerOf, X as imageFileName, Y as assetName, Z as sha256OfFile, bt as partOutcomes, et as sideBySide, gt as saidIn, ht as openGithub, nt as sessionOf, ot as formatRepository, pt as isDigest, q as mediaTypeOf, rt as getManifest, vt as eachAlone, yt as foreseen, z as isLater } from "./oci.js";
import { access, glob, mkdir, stat, writeFile } from "node:fs/promises";
import { basename, isAbsolute, join, normalize } from "node:path";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
// src/release/package-graph.ts
/**
* What a manifest leads to; undefined when it cannot be told. Read leniently: whatever has `manifests` leads to them, whatever has a
* `subject` is attached to it.
*/
function linksOf(bytes) {
	const document = parseObject(Buffer.from(bytes).toString());
	if (document === void 0) return void 0;
	const { manifests = [], subject } = document;
	if (!Array.isArray(manifests)) return void 0;
	const children = manifests.map(digestIn);
	const named = subject === void 0 || subject === null ? void 0 : digestIn(subject);
	if (!(children.every((each) => each !== void 0) && (named !== void 0 || subject == null))) return void 0;
	return {
		children: children.filter((each) => each !== void 0),
		...named === void 0 ? {} : { subject: named }
	};
}
/** What a tag is attached to: `sha256-<hex>` (distribution spec v1.1, referrers tag) and cosign's `sha256-<hex>.sig`, `.att`, `.sbom`; undefined for all others. */
function attachedBy(tag) {
	const hex = /^sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/.exec(tag)?.[1];
	const digest = `sha256:${hex}`;
	return hex !== void 0 && isDigest(digest) ? digest : void 0;
}
/** The ways through a graph. */
function waysOf({ versions, links }) {
	const there = new Set(versions.map(({ digest }) => digest));
	const attached = /* @__PURE__ */ new Map();
	const targets = /* @__PURE__ */ new Map();
	for (const { digest, tags } of versions) {
		const subject = links.get(digest)?.subject;
		const found = [...subject === void 0 ? [] : [subject], ...tags.flatMap((tag) => attachedBy(tag) ?? [])];
		targets.set(digest, found);
		for (const each of found) attached.set(each, [...attached.get(each) ?? [], digest]);
	}
	const present = (digests) => digests.filter((each) => there.has(each));
	const before = (digest) => present([...links.get(digest)?.children ?? [], ...attached.get(digest) ?? []]);
	return {
		before,
		needs: (digest) => [...before(digest), ...present(targets.get(digest) ?? [])]
	};
}
function digestIn(value) {
	const digest = asObject(value)?.["digest"];
	return typeof digest === "string" && isDigest(digest) ? digest : void 0;
}
// src/release/package-versions.ts
/** Finds where GitHub's API has a package of images: below an organisation or a user. Fails with GITHUB_REFUSED when it has none. */
async function findPackage(github, repository) {
	const [owner = "", ...name] = repository.path.split("/");
	const encoded = `packages/container/${encodeURIComponent(name.join("/"))}`;
	for (const path of [`/orgs/${owner}/${encoded}`, `/users/${owner}/${encoded}`]) {
		const what = `the package ${formatRepository(repository)}`;
		if ((await github.ask({
			what,
			method: "GET",
			path,
			accept: [404]
		})).status === 200) return path;
	}
	throw new Failure("GITHUB_REFUSED", `GitHub shows no package ${formatRepository(repository)}`, { hint: "The token needs \"packages: write\" in the job's permissions, and in the package's settings, under \"Manage Actions access\", this repository needs the role Admin." });
}
/** All versions of a package; undefined when one of them is not what we know, so that not all is known. */
async function listVersions(github, path) {
	const found = [];
	const what = `the versions of ${decodeURIComponent(path.split("/").at(-1) ?? "")}`;
	const query = path.startsWith("/orgs/") ? "?per_page=100&state=active" : "";
	for await (const { json } of github.pages({
		what,
		path: `${path}/versions${query}`
	})) {
		if (!Array.isArray(json)) return void 0;
		found.push(...json.map(versionIn));
	}
	const versions = found.filter((each) => each !== void 0);
	return versions.length === found.length ? versions : void 0;
}
function versionIn(value) {
	const { id, name, updated_at: time, metadata } = asObject(value) ?? {};
	const tags = asObject(asObject(metadata)?.["container"])?.["tags"];
	if (typeof id !== "number" || typeof name !== "string" || !isDigest(name)) return void 0;
	if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string")) return void 0;
	return {
		id,
		digest: name,
		tags,
		updated: typeof time === "string" ? Date.parse(time) : NaN
	};
}
// src/release/prune-rule.ts
/**
* Decides which versions of a package may go: those that no tag names, that were not touched since `before`, and that nothing kept
* leads to. What is kept keeps its children, what is attached to it, and what it is attached to, over any number of steps. What is
* attached, by a tag or by its subject, to something that is not in the package is kept: that may be elsewhere; pure.
*/
function decidePrune(graph, { before }) {
	const there = new Set(graph.versions.map(({ digest }) => digest));
	const holds = (tag) => {
		const subject = attachedBy(tag);
		return subject === void 0 || !there.has(subject);
	};
	const isElsewhere = (subject) => subject !== void 0 && !there.has(subject);
	const kept = closureOf(graph.versions.filter(({ digest, tags, updated }) => !(updated < before) || tags.some(holds) || isElsewhere(graph.links.get(digest)?.subject)).map(({ digest }) => digest), waysOf(graph).needs);
	return {
		kept,
		pruned: inOrder(graph, kept)
	};
}
/** All that can be reached, the start included. */
function closureOf(start, needs) {
	const found = new Set(start);
	for (const digest of found) for (const next of needs(digest)) found.add(next);
	return found;
}
/** What is not kept, each after all that leads to it; what goes round in circles is left out. */
function inOrder(graph, kept) {
	const ways = waysOf(graph);
	const left = new Map(graph.versions.filter(({ digest }) => !kept.has(digest)).map((each) => [each.digest, each]));
	const waits = new Map([...left.keys()].map((digest) => [digest, 0]));
	const followers = (digest) => [...new Set(ways.before(digest))].filter((each) => left.has(each));
	for (const digest of left.keys()) for (const next of followers(digest)) waits.set(next, (waits.get(next) ?? 0) + 1);
	const order = [];
	const stack = [...left.keys()].filter((digest) => waits.get(digest) === 0).reverse();
	for (let digest = stack.pop(); digest !== void 0; digest = stack.pop()) {
		const version = left.get(digest);
		if (version !== void 0) order.push(version);
		for (const next of followers(digest)) {
			const waiting = (waits.get(next) ?? 0) - 1;
			waits.set(next, waiting);
			if (waiting === 0) stack.push(next);
		}
	}
	return order;
}
// src/release/read-package.ts
/** Not all of a package is known for sure, so that nothing of it may go. */
var Doubt = class extends Error {
	name = "Doubt";
	/** Versions that were seen. */
	versions;
	constructor(message, versions) {
		super(message);
		this.versions = versions;
	}
};
const width = 8;
/** Reads all versions of a package, and what each leads to, from GitHub and from the registry. Throws Doubt where they disagree, or something cannot be read. */
async function readPackage({ github, path, session, before }) {
	const [versions, tags] = await Promise.all([listVersions(github, path), listTags(session)]);
	if (versions === void 0) throw new Doubt("GitHub lists a version that is no manifest", 0);
	const doubt = (message) => new Doubt(message, versions.length);
	const listed = new Set(versions.flatMap((version) => version.tags));
	const unlisted = tags.find((tag) => !listed.has(tag));
	if (unlisted !== void 0) throw doubt(`GitHub does not list the tag ${unlisted}, which the registry has`);
	if (new Set(versions.map(({ digest }) => digest)).size < versions.length) throw doubt("GitHub lists a version twice");
	const isIdle = ({ tags: own, updated }) => updated < before && own.every((tag) => attachedBy(tag) !== void 0);
	if (!versions.some(isIdle)) return {
		versions,
		links: /* @__PURE__ */ new Map()
	};
	const links = await sideBySide(versions, width, async ({ digest }) => {
		const found = await getManifest(session, digest);
		if (found === void 0) throw doubt(`the registry does not have ${digest}`);
		const read = linksOf(found.bytes);
		if (read === void 0) throw doubt(`${digest} cannot be read as a manifest`);
		return [digest, read];
	});
	return {
		versions,
		links: new Map(links)
	};
}
/** Whether a package has the very versions and tags that it had. */
function sameVersions(before, now) {
	const textOf = (versions) => versions.map(({ id, digest, tags, updated }) => JSON.stringify([
		id,
		digest,
		tags.toSorted(),
		updated
	])).sort().join("\n");
	return now !== void 0 && textOf(before) === textOf(now);
}
// src/release/prune.ts
/**
* Deletes old untagged versions of a package on GitHub Packages, with their children, signatures and attestations; never one
* that something kept leads to. Whatever is uncertain is kept: where a manifest cannot be read, or the package changes meanwhile,
* nothing is deleted, and the report says why.
*
* Fails with GITHUB_REFUSED (the token may not do it), REGISTRY_DENIED, NETWORK_FAILED; once something is gone, the failure is
* answered with the report of it. Run again, it goes on where it stopped, but keeps what was attached to
* a version that is gone already.
*/
async function pruneVersions(wish, ports) {
	const github = openGithub({
		api: wish.api,
		token: wish.token
	}, ports);
	const name = formatRepository(wish.repository);
	const path = await findPackage(github, wish.repository);
	const before = ports.clock.now().getTime() - wish.keepDays * 864e5;
	const report = {
		package: name,
		mode: wish.mode
	};
	try {
		const graph = await readPackage({
			github,
			path,
			session: sessionOf({
				...wish,
				wish: "pull"
			}, ports),
			before
		});
		const { pruned } = decidePrune(graph, { before });
		const { told, failures } = wish.mode === "dry-run" ? {
			told: pruned,
			failures: []
		} : await deleteAll(pruned, {
			wish,
			graph,
			github,
			path
		}, ports);
		if (wish.mode === "dry-run") for (const version of told) ports.log.info(`would delete ${nameOf(version, wish)}`);
		const kept = graph.versions.length - told.length;
		return {
			report: {
				...report,
				kept,
				pruned: told.map(toldOf)
			},
			failures
		};
	} catch (error) {
		if (!(error instanceof Doubt)) throw error;
		ports.log.warning(`nothing of ${name} is deleted: ${error.message}`);
		const nothing = {
			kept: error.versions,
			pruned: [],
			doubt: error.message
		};
		return {
			report: {
				...report,
				...nothing
			},
			failures: []
		};
	}
}
/**
* Deletes one after the other; what GitHub keeps, keeps all that it leads to. Answers what is gone, and the failure that stopped it;
* fails only as long as nothing is gone.
*/
async function deleteAll(pruned, { wish, graph, github, path }, { log }) {
	if (pruned.length === 0) return {
		told: [],
		failures: []
	};
	if (!sameVersions(graph.versions, await listVersions(github, path))) throw new Doubt("it changed while it was looked at", graph.versions.length);
	const gone = [];
	const { needs } = waysOf(graph);
	const kept = /* @__PURE__ */ new Set();
	for (const version of pruned) {
		if (kept.has(version.digest)) continue;
		const what = `the deletion of ${formatRepository(wish.repository)}@${version.digest}`;
		const request = {
			what,
			method: "DELETE",
			path: `${path}/versions/${version.id}`,
			accept: [
				400,
				404,
				422
			]
		};
		const answer = await github.ask(request).catch((error) => {
			if (gone.length === 0) throw error;
			return { failures: foreseen(error) };
		});
		if ("failures" in answer) return {
			told: gone,
			failures: answer.failures
		};
		const { status } = answer;
		if (status < 300) {
			log.info(`deleted ${nameOf(version, wish)}`);
			gone.push(version);
			continue;
		}
		if (status === 404 && gone.length === 0) throw mayNotDelete(wish);
		log.warning(`${what}: GitHub answered ${status}; it is kept with all that belongs to it`);
		for (const each of closureOf([version.digest], needs)) kept.add(each);
	}
	return {
		told: gone,
		failures: []
	};
}
function mayNotDelete({ repository }) {
	return new Failure("GITHUB_REFUSED", `the token may not delete versions of ${formatRepository(repository)}`, { hint: "In the package's settings, under \"Manage Actions access\", give this repository the role Admin; a personal token needs the scope delete:packages." });
}
function toldOf(version) {
	return {
		id: version.id,
		digest: version.digest,
		updated: new Date(version.updated).toISOString()
	};
}
function nameOf({ digest, updated }, { repository }) {
	const day = new Date(updated).toISOString().slice(0, 10);
	return `${formatRepository(repository)}@${digest}, untouched since ${day}`;
}
// src/pipeline/prune-packages.ts
/** Cleans one package after another; one that fails does not stop the others, and what it deleted before is reported. */
async function prunePackages({ mode, keepDays, token, repositories }, world) {
	const { api = "https://api.github.com" } = world.context;
	const outcomes = await eachAlone(repositories, async (repository) => {
		const login = {
			inputs: { "github-token": token },
			primary: repository.registry
		};
		return pruneVersions({
			repository,
			credentials: await findLogin(repository, login, world),
			api,
			token,
			mode,
			keepDays
		}, world);
	});
	const { values: ends, failed } = partOutcomes(outcomes);
	return {
		reports: ends.map(({ report }) => report),
		failures: [...ends.flatMap(({ failures }) => failures), ...failed]
	};
}
// src/release/check-tag.ts
/**
* Whether the tag is one that what was built may be released under (RELEASE_FAILED otherwise). A tag that is not there yet is
* made by GitHub when the release is published, unless the run is for that very tag: then somebody deleted it meanwhile.
*/
function checkTag({ tag, isPushed, commit }, found) {
	if (found === void 0) {
		if (isPushed) throw new Failure("RELEASE_FAILED", `the tag ${tag}, which this run is for, is not in the repository any more`, { hint: "Push it again; that starts a new run." });
		if (commit !== void 0) return;
		throw new Failure("RELEASE_FAILED", `the tag ${tag} is not in the repository, and no commit is known to make it of`, { hint: "Push the tag first." });
	}
	const names = [found.commit, found.object.sha];
	if (commit === void 0 || names.includes(commit)) return;
	throw new Failure("RELEASE_FAILED", `the tag ${tag} names the commit ${found.commit}, and ${commit} was built`, { hint: `Run it for the tag (on a push of ${tag}, or "ref: ${tag}" for actions/checkout in the run that builds), or release under a new tag.` });
}
// src/release/packages-tar.ts
var import_tar_stream = require_tar_stream();
/** 1980: the same on every run, and no date that tar wonders about. */
const mtime = new Date(Date.UTC(1980, 0, 1));
/**
* Writes an apk repository as a tar: below `packages/` the folders of the architectures with index and apks, beside them the
* public key. A release is flat, and apk asks for `<architecture>/APKINDEX.tar.gz`, so it is one of these that is unpacked or
* served. The same files give the same bytes. `files` are paths below `folder`.
*/
async function writePackagesTar(folder, files, target) {
	const archive = (0, import_tar_stream.pack)();
	const written = pipeline(archive, createWriteStream(target));
	const fill = async () => {
		for (const file of [...files].sort()) {
			const path = join(folder, file);
			const { size } = await stat(path);
			const entry = archive.entry({
				name: `packages/${file}`,
				size,
				mode: 420,
				mtime,
				uid: 0,
				gid: 0
			});
			await pipeline(createReadStream(path), entry);
		}
		archive.finalize();
	};
	await Promise.all([written, fill().catch((error) => {
		archive.destroy(error instanceof Error ? error : void 0);
		throw error;
	})]);
}
// src/release/recorded-packages.ts
/**
* Compares the apks with what the records say was built. Fails with PACKAGES_INVALID for each that has other bytes, that no
* record names, or that is not there.
*/
async function checkRecorded({ folder, apks, given }, folders) {
	const recorded = /* @__PURE__ */ new Map();
	for (const { file, sha256 } of folders.flatMap(({ record }) => record.packages?.built ?? [])) recorded.set(file, [...recorded.get(file) ?? [], sha256]);
	const compared = await sideBySide(apks, 4, async (apk) => {
		const expected = recorded.get(apk);
		if (expected === void 0) return given ? [] : [unknown(apk)];
		const actual = await sha256OfFile(join(folder, apk));
		return expected.includes(actual) ? [] : [other(apk, {
			expected,
			actual
		})];
	});
	const lacking = given ? [] : [...recorded.keys()].filter((file) => !apks.includes(file)).map(missing);
	throwIfAny([...compared.flat(), ...lacking].slice(0, mostTold));
}
/** A wrong folder has hundreds of them. */
const mostTold = 10;
const hint = "Hand the output folder of the step that built it over as a whole, just as that step left it.";
function other(apk, { expected, actual }) {
	const text = `${apk} is not the package of the record: recorded sha256 ${expected.join(" or ")}, found ${actual}`;
	return new Failure("PACKAGES_INVALID", text, { hint });
}
function unknown(apk) {
	return new Failure("PACKAGES_INVALID", `${apk} is among the packages, and no record names it`, { hint: `${hint} Packages of another place are given with the input "packages".` });
}
function missing(apk) {
	return new Failure("PACKAGES_INVALID", `${apk} is named by a record, and is not among the packages`, { hint });
}
// src/release/released.ts
/** Joins the records: an image by its digest, with what each knows of it. Fails with INPUT_INVALID when they are of several commits. */
function joinRecords(folders) {
	const records = folders.map(({ record }) => record);
	const commits = [...new Set(records.flatMap(({ run }) => run.commit ?? []))];
	if (commits.length > 1) throw new Failure("INPUT_INVALID", `input "record": the records are of several commits: ${commits.join(", ")}`, { hint: "Give the records of one workflow run." });
	const images = /* @__PURE__ */ new Map();
	for (const image of records.flatMap((record) => record.images)) {
		const known = images.get(image.digest);
		images.set(image.digest, known === void 0 ? image : joined(known, image));
	}
	return {
		images: [...images.values()],
		packages: records.find(({ packages }) => packages !== void 0)?.packages,
		commit: commits[0]
	};
}
function joined(one, other) {
	const fuller = other.platforms.length > one.platforms.length ? other : one;
	const signed = other.signed ?? one.signed;
	const tags = [.../* @__PURE__ */ new Set([...one.pushed?.tags ?? [], ...other.pushed?.tags ?? []])];
	const pushed = other.pushed ?? one.pushed;
	return {
		...fuller,
		...signed === void 0 ? {} : { signed },
		...pushed === void 0 ? {} : { pushed: {
			...pushed,
			tags
		} }
	};
}
/** Where a file is that a record names. Fails with CONFIG_MISSING when it is in none of the folders, CONFIG_INVALID when it leads out of them. */
async function findReleased(file, folders) {
	if (isAbsolute(file) || normalize(file).startsWith("..")) throw new Failure("CONFIG_INVALID", `input "record": the record names ${JSON.stringify(file)}, which is outside of its folder`);
	for (const { folder } of folders) {
		const path = join(folder, file);
		if (await access(path).then(() => true, () => false)) return path;
	}
	throw new Failure("CONFIG_MISSING", `input "record": the record names ${JSON.stringify(file)}, which is not beside it`, { hint: "Keep giropops.json in the output folder of its step, and hand that folder over as a whole between jobs." });
}
// src/release/collect-assets.ts
/** GitHub takes a thousand of them. */
const most = 1e3;
/**
* All files of a release with their digests, `checksums.txt` last: packages, their indexes and key (also as one repository in
* `packages.tar`), SBOMs, bundles, findings, the record, the images by digest, and the further files. Fails with CONFIG_MISSING
* when one is not there, PACKAGES_INVALID when packages are not those of the record, INPUT_INVALID when two have one name or GitHub takes no such file.
*/
async function collectAssets(wish) {
	const named = [
		...await packageFiles(wish),
		...await imageFiles(wish),
		...await recordFiles(wish),
		...wish.more.map((path) => ({
			name: assetName(basename(path)),
			path,
			role: "content"
		}))
	];
	const assets = eachOnce(await sideBySide(named, 4, weigh));
	if (assets.length >= most) throw new Failure("INPUT_INVALID", `the release would have ${assets.length + 1} assets; GitHub takes ${most}`, { hint: "Name fewer files in \"assets\"." });
	if (assets.length === 0) return [];
	const checksums = join(wish.temp, "checksums.txt");
	const lines = assets.map(({ name, sha256 }) => `${sha256}  ${name}\n`);
	await writeFile(checksums, lines.join(""));
	return [...assets, await weigh({
		name: "checksums.txt",
		path: checksums,
		role: "witness"
	})];
}
async function packageFiles({ released, folders, packages, temp }) {
	const named = released.packages?.folder;
	const folder = packages ?? (named === void 0 ? void 0 : await findReleased(named, folders));
	if (folder === void 0) return [];
	const find = async (pattern) => (await Array.fromAsync(glob(pattern, { cwd: folder }))).sort();
	const apks = await find("*/*.apk");
	const indexes = await find("*/APKINDEX.tar.gz");
	const keys = await find("*.rsa.pub");
	await checkRecorded({
		folder,
		apks,
		given: packages !== void 0
	}, folders);
	if (apks.length === 0) return [];
	const tar = join(temp, "packages.tar");
	await writePackagesTar(folder, [
		...apks,
		...indexes,
		...keys
	], tar);
	const single = (file, name, role) => ({
		name,
		path: join(folder, file),
		role
	});
	const bundles = await find("{*,*/*}.sigstore.json");
	const isMany = apks.length + bundles.length > most / 2;
	return [
		{
			name: "packages.tar",
			path: tar,
			role: "content"
		},
		...keys.map((file) => single(file, assetName(file), "content")),
		...isMany ? [] : [...apks, ...indexes].map((file) => single(file, apkName(file), "content")),
		...bundles.filter((file) => !isMany || !file.includes("/")).map((file) => single(file, bundleName(file), "witness"))
	];
}
function bundleName(file) {
	if (file.includes("/")) return apkName(file);
	return file === "provenance.sigstore.json" ? "packages.provenance.sigstore.json" : assetName(file);
}
async function imageFiles({ released: { images }, folders, temp }) {
	const find = async (files, role) => Promise.all(files.map(async (file) => ({
		name: imageFileName(file),
		path: await findReleased(file, folders),
		role
	})));
	const sboms = await find(images.flatMap((image) => image.sboms), "content");
	const bundles = await find(images.flatMap(({ signed }) => signed?.bundles.map(({ file }) => file) ?? []), "witness");
	const pushed = images.filter((image) => image.pushed !== void 0);
	if (pushed.length === 0) return [...sboms, ...bundles];
	const list = join(temp, "images.txt");
	await writeFile(list, pushed.map(imageLine).sort().join(""));
	return [
		{
			name: "images.txt",
			path: list,
			role: "content"
		},
		...sboms,
		...bundles
	];
}
function imageLine({ pushed, digest }) {
	return `${pushed?.repository}@${digest}\n`;
}
async function recordFiles({ folders }) {
	const withImages = folders.find(({ record }) => record.images.length > 0);
	const parts = [.../* @__PURE__ */ new Set([...withImages === void 0 ? [] : [withImages], ...folders])].map(async (each, at) => {
		return [{
			name: at === 0 ? "giropops.json" : `giropops.${at + 1}.json`,
			path: each.file,
			role: "witness"
		}, ...(await Array.fromAsync(glob("**/*.sarif", { cwd: each.folder }))).sort().map((file) => ({
			name: imageFileName(file),
			path: join(each.folder, file),
			role: "witness"
		}))];
	});
	return (await Promise.all(parts)).flat();
}
async function weigh(named) {
	const { size } = await stat(named.path);
	if (size === 0 || size > largestAsset) throw new Failure("INPUT_INVALID", `${named.name}: GitHub takes no file of ${size} bytes`, { hint: "A release takes files of 1 byte to 2 GiB." });
	return {
		...named,
		size,
		sha256: await sha256OfFile(named.path)
	};
}
/** The same file named twice is one asset; two files cannot have one name. */
function eachOnce(assets) {
	const byName = /* @__PURE__ */ new Map();
	for (const asset of assets) {
		const known = byName.get(asset.name);
		if (known !== void 0 && known.sha256 !== asset.sha256) throw new Failure("INPUT_INVALID", `two files would be the asset ${JSON.stringify(asset.name)}`, { hint: `A release has no folders; rename one of ${known.path} and ${asset.path}.` });
		byName.set(asset.name, known ?? asset);
	}
	return [...byName.values()];
}
// src/release/earlier-assets.ts
const noEarlier = /* @__PURE__ */ new Map();
/**
* What an earlier run says that it put there: the draft's checksums.txt, and the packages that its giropops.json names. Only a
* draft that carries our part of the notes is to be asked. What cannot be read is not known, so that it stays.
*/
async function readEarlier(present, room) {
	const [checksums, record] = await Promise.all([textOf$1(present, "checksums.txt", room), textOf$1(present, "giropops.json", room)]);
	return new Map([...apksOf(record), ...linesOf(checksums)]);
}
function linesOf(text) {
	return text.split("\n").flatMap((line) => {
		const [, sha256, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
		return sha256 === void 0 || name === void 0 ? [] : [[name, sha256]];
	});
}
function apksOf(text) {
	const built = asObject(parseObject(text)?.["packages"])?.["built"];
	if (!Array.isArray(built)) return [];
	return built.flatMap((each) => {
		const { file, sha256 } = asObject(each) ?? {};
		return typeof file === "string" && typeof sha256 === "string" ? [[apkName(file), sha256]] : [];
	});
}
async function textOf$1(present, wanted, { github, ports }) {
	const asset = present.find(({ name, state }) => name === wanted && state === "uploaded");
	if (asset === void 0) return "";
	try {
		const what = `${wanted} of the draft`;
		const { bytes } = await github.ask({
			what,
			method: "GET",
			path: asset.api,
			media: "application/octet-stream"
		});
		return bytes.toString();
	} catch (error) {
		const [failure] = foreseen(error);
		ports.log.notice(`what an earlier run left stays in the draft: ${failure?.message}`);
		return "";
	}
}
// src/release/asset-differences.ts
function compareAssets(wanted, present, earlier = noEarlier) {
	const byName = new Map(present.map((asset) => [asset.name, asset]));
	const names = new Set(wanted.map(({ name }) => name));
	const others = present.filter(({ name }) => !names.has(name));
	const isOurs = ({ name, digest }) => {
		const sha256 = earlier.get(name);
		return sha256 !== void 0 && (digest ?? `sha256:${sha256}`) === `sha256:${sha256}`;
	};
	return {
		missing: wanted.filter(({ name }) => !byName.has(name)),
		wrong: wanted.flatMap((asset) => {
			const found = byName.get(asset.name);
			return found === void 0 || isSame(asset, found) ? [] : [{
				asset,
				found
			}];
		}),
		leftover: others.filter(isOurs),
		foreign: others.filter((each) => !isOurs(each))
	};
}
/** Whether an asset is whole and has these bytes. Where the server computes no digest, the size has to do. */
function isSame(wanted, { state, size, digest }) {
	return state === "uploaded" && size === wanted.size && (digest ?? `sha256:${wanted.sha256}`) === `sha256:${wanted.sha256}`;
}
// src/release/github-release.ts
/** Reads a release from an answer. Fails with GITHUB_REFUSED when it is something else. */
function readRelease(json) {
	const { id, tag_name: tag, html_url: url, upload_url: template, assets, ...rest } = asObject(json) ?? {};
	if (typeof id !== "number" || typeof tag !== "string" || typeof url !== "string") throw garbled("a release");
	return {
		id,
		tag,
		url,
		name: textOf(rest["name"]),
		body: textOf(rest["body"]),
		draft: rest["draft"] === true,
		prerelease: rest["prerelease"] === true,
		immutable: rest["immutable"] === true,
		uploads: textOf(template).replace(/\{[^}]*\}$/, ""),
		published: textOf(rest["published_at"]),
		assets: Array.isArray(assets) ? assets.map(readAsset) : []
	};
}
/** Reads an asset from an answer. Fails with GITHUB_REFUSED when it is something else. */
function readAsset(json) {
	const { id, name, state, size, digest, url } = asObject(json) ?? {};
	if (typeof id !== "number" || typeof name !== "string" || typeof size !== "number") throw garbled("an asset");
	return {
		id,
		name,
		size,
		state: textOf(state),
		digest: typeof digest === "string" ? digest : void 0,
		api: textOf(url)
	};
}
/** Reads a list. Fails with GITHUB_REFUSED when the answer is none. */
function readList(json, read) {
	if (!Array.isArray(json)) throw garbled("a list");
	return json.map(read);
}
function textOf(value) {
	return typeof value === "string" ? value : "";
}
function garbled(what) {
	return new Failure("GITHUB_REFUSED", `GitHub answered something that is not ${what}`, { hint: "Is the API that of GitHub itself, and not of a proxy or a login page?" });
}
// src/release/put-asset.ts
/** A minute of silence is no trouble where GitHub still stores what it got. */
const idleTimeout = 18e4;
/**
* Has an asset in the release, whole: sent as a stream, its digest compared with what GitHub says it got. After trouble it is
* looked at what became of it, and what is broken off or other bytes is deleted before it is sent again.
*/
async function putAsset(upload, room) {
	const { release, asset, signal, mayDelete } = upload;
	const { github, ports } = room;
	let found = upload.found;
	await ports.patience.retry(`asset ${asset.name}`, async (tries) => {
		if (signal.aborted) throw new Failure("CANCELLED", "another asset failed");
		if (tries > 0) found = await findAsset(release, asset.name, room);
		if (found !== void 0) {
			if (isSame(asset, found)) return;
			await mayDelete();
			await deleteAsset(found, room);
			found = void 0;
		}
		const answer = await github.ask({
			what: `asset ${asset.name}`,
			method: "POST",
			path: `${release.uploads}?name=${encodeURIComponent(asset.name)}`,
			body: {
				bytes: () => createReadStream(asset.path),
				contentType: mediaTypeOf(asset.name),
				size: asset.size
			},
			accept: [422],
			once: true,
			idleTimeout
		});
		if (answer.status === 422) throw refused$1(asset, release, saidIn(answer.bytes));
		if (isSame(asset, readAsset(answer.json))) return;
		throw new Transient(new Failure("RELEASE_FAILED", `asset ${asset.name}: GitHub got other bytes than were sent`, { hint: "Run it again; the asset is replaced then." }));
	});
	ports.log.info(`${asset.name}, ${formatSize(asset.size)}`);
}
/** All assets of a release, also what is left of broken uploads. */
async function listAssets({ id, tag }, { github, path }) {
	const assets = [];
	const pages = github.pages({
		what: `the assets of ${tag}`,
		path: `${path}/releases/${id}/assets?per_page=100`
	});
	for await (const { json } of pages) assets.push(...readList(json, readAsset));
	return assets;
}
async function deleteAsset(asset, { github, path }) {
	await github.ask({
		what: `asset ${asset.name}`,
		method: "DELETE",
		path: `${path}/releases/assets/${asset.id}`,
		accept: [404]
	});
}
async function findAsset(release, name, room) {
	return (await listAssets(release, room)).find((each) => each.name === name);
}
/** A name that is taken is looked at once more; anything else is GitHub's last word. */
function refused$1({ name }, { tag }, words) {
	const failure = (message, hint) => new Failure("RELEASE_FAILED", `asset ${name}: ${message}`, { hint });
	if (/already_exists/.test(words)) return new Transient(failure("GitHub has one of that name already", "Run it again."));
	if (/immutable/i.test(words)) return failure(`the release of ${tag} was published meanwhile and is immutable`, "Nothing can be added to it any more: release under a new tag.");
	return failure(`GitHub answered 422: ${words}`, "Does GitHub take such a file?");
}
// src/release/mend-assets.ts
const mostAtOnce = 4;
/**
* Makes the assets of a release what is wanted: four at a time what is missing or wrong, then all is read back and compared.
* What another run did meanwhile is mended again. Answers the release as it is then; fails with RELEASE_FAILED.
*/
async function mendAssets(mending, room) {
	const { release, wanted, sweep, look } = mending;
	let present = release.assets.length === 0 ? [] : await listAssets(release, room);
	const earlier = sweep ? await readEarlier(present, room) : noEarlier;
	for (let round = 0;; round += 1) {
		const differences = compareAssets(wanted, present, earlier);
		if (round === 0) tell(differences, wanted, room);
		await mend(differences, mending, room);
		const [now, assets] = await Promise.all([look(), listAssets(release, room)]);
		const left = compareAssets(wanted, assets);
		if (left.missing.length + left.wrong.length === 0) return now;
		if (round === 2) throw notWhole(release, left);
		present = [...assets];
	}
}
async function mend({ missing, wrong, leftover }, { release, look }, room) {
	if (leftover.length > 0) {
		await look();
		await sideBySide(leftover, mostAtOnce, (each) => deleteAsset(each, room));
	}
	const ordered = [...wrong, ...missing.map((asset) => ({
		asset,
		found: void 0
	}))].toSorted((one, other) => rank(one.asset) - rank(other.asset));
	await sideBySide(ordered, mostAtOnce, (each, signal) => putAsset({
		...each,
		release,
		signal,
		mayDelete: look
	}, room));
}
function rank({ name }) {
	return name === "checksums.txt" ? 1 : 0;
}
function tell({ missing, wrong, leftover, foreign }, wanted, { ports: { log } }) {
	const there = wanted.length - missing.length - wrong.length;
	if (there > 0) log.info(`${there} of ${wanted.length} assets are there already`);
	for (const { asset, found } of wrong) {
		const what = found.state === "uploaded" ? "has other bytes" : "was broken off";
		log.info(`${asset.name} ${what}, it is replaced`);
	}
	for (const { name } of leftover) log.info(`${name} is of an earlier run, it is removed`);
	const others = foreign.map(({ name }) => name);
	if (others.length > 0) log.notice(`assets of somebody else are left as they are: ${others.join(", ")}`);
}
function notWhole({ tag }, { missing, wrong }) {
	const names = [...missing, ...wrong.map(({ asset }) => asset)].map(({ name }) => name);
	return new Failure("RELEASE_FAILED", `the release of ${tag} does not keep its assets: ${names.join(", ")}`, { hint: "Does another workflow write the same release? Let one of them do it." });
}
// src/release/find-releases.ts
const mostPages = 10;
/**
* Looks for the releases of a tag. GitHub finds a draft by no other way than the list of all; it is read side by side with the
* question for the tag, and as far as the first draft of the tag (a thousand releases at most).
*/
async function findReleases(tag, room) {
	const [published, listed] = await Promise.all([findPublished(tag, room), listUntilDraft(tag, room)]);
	const others = listed.filter((each) => each.tag !== tag && !each.draft);
	return {
		published,
		drafts: draftsOf(tag, listed),
		others
	};
}
/** The published release of a tag; undefined when there is none. */
async function findPublished(tag, { github, path }) {
	const answer = await github.ask({
		what: `the release of ${tag}`,
		method: "GET",
		path: `${path}/releases/tags/${encodeURIComponent(tag)}`,
		accept: [404]
	});
	return answer.status === 404 ? void 0 : readRelease(answer.json);
}
/** Drafts of the tag among the newest releases, oldest first. */
async function findDrafts(tag, { github, path }) {
	const { json } = await github.ask({
		what: "the list of releases",
		method: "GET",
		path: `${path}/releases?per_page=100`
	});
	return draftsOf(tag, readList(json, readRelease));
}
async function listUntilDraft(tag, { github, path }) {
	const releases = [];
	let page = 0;
	for await (const { json } of github.pages({
		what: "the list of releases",
		path: `${path}/releases?per_page=100`
	})) {
		page += 1;
		releases.push(...readList(json, readRelease));
		if (page === mostPages || releases.some((each) => each.tag === tag)) break;
	}
	return releases;
}
function draftsOf(tag, releases) {
	return releases.filter((each) => each.tag === tag && each.draft).sort((one, other) => one.id - other.id);
}
// src/release/version.ts
var import_semver = /* @__PURE__ */ __toESM(require_semver(), 1);
/** Reads a tag as a version (semver 2.0, with or without `v`); undefined when it is none. */
function versionOfTag(tag) {
	const [, prefix = "", text = ""] = /^(v?)(\d+\.\d+\.\d+.*)$/.exec(tag) ?? [];
	const version = text === "" ? null : (0, import_semver.parse)(text);
	return version === null ? void 0 : {
		tag,
		prefix,
		version
	};
}
function isPrerelease(tag) {
	return (versionOfTag(tag)?.version.prerelease.length ?? 0) > 0;
}
/** Whether the first version goes before the second; build metadata does not count. */
function isOlder(one, other) {
	return (0, import_semver.compare)(one.version, other.version) < 0;
}
function compareVersions(one, other) {
	return (0, import_semver.compare)(one.version, other.version);
}
// src/release/open-draft.ts
/** How long another run, which may still be at work, is given to see that its draft was taken over. */
const settling = 5e3;
/**
* The one draft of the tag: one that is there already is completed, a person's as well as what an earlier run left; else it is
* made. Of two runs that make one at the same time, both go on with the older draft, and then with the run that began later.
*/
async function openDraft(draftWish, room) {
	const { wish, drafts } = draftWish;
	const chosen = chooseDraft(drafts);
	const others = drafts.filter((each) => each !== chosen);
	if (others.length > 0) {
		const urls = others.map(({ url }) => url).join(", ");
		room.ports.log.notice(`${wish.tag} has ${drafts.length} drafts; left as they are, to be looked at by hand: ${urls}`);
	}
	if (chosen !== void 0) return adopt(chosen, draftWish, room);
	const made = await create(draftWish, room);
	const oldest = chooseDraft(await findDrafts(wish.tag, room)) ?? made;
	if (oldest.id === made.id) return {
		...opened(made, wish.writer, room),
		wasOurs: false
	};
	await remove(made, room);
	return adopt(oldest, draftWish, room);
}
/** One that a run of ours wrote, else the oldest. Pure. */
function chooseDraft(drafts) {
	return drafts.find(({ body }) => writerOf(body) !== void 0) ?? drafts[0];
}
async function create({ wish, notes, block, isTagged }, { github, path, ports }) {
	const { tag, name, commit } = wish;
	const { json } = await github.ask({
		what: `the draft of ${tag}`,
		method: "POST",
		path: `${path}/releases`,
		repeatable: true,
		body: {
			tag_name: tag,
			...isTagged || commit === void 0 ? {} : { target_commitish: commit },
			name: name ?? tag,
			body: withBlock(await notes(), block),
			draft: true,
			prerelease: wish.prerelease === "auto" ? isPrerelease(tag) : wish.prerelease === "true"
		}
	});
	ports.log.info(`draft of ${tag} made`);
	return readRelease(json);
}
/** Signs a release that is there as ours, and waits until a run that wrote it before has seen that. */
async function adopt(draft, { wish, block, notes, isTagged }, room) {
	const { github, path, ports } = room;
	const before = writerOf(draft.body);
	if (before !== void 0 && isLater(before, wish.writer)) throw takenOver(draft, before);
	const what = draft.draft ? "a draft" : "the release";
	const whose = before === void 0 ? "" : `, of run ${before.run}`;
	ports.log.info(`${what} of ${wish.tag} is there already${whose}; it is completed`);
	const text = draft.body.trim() === "" ? await notes() : draft.body;
	await github.ask({
		what: `the release of ${wish.tag}`,
		method: "PATCH",
		path: `${path}/releases/${draft.id}`,
		body: {
			body: withBlock(text, block),
			...changesBy(wish, draft, isTagged)
		}
	});
	const isElsewhere = before !== void 0 && runOf$1(before) !== runOf$1(wish.writer);
	if (isElsewhere) await ports.clock.sleep(settling);
	const draftNow = {
		...opened(draft, wish.writer, room),
		wasOurs: before !== void 0
	};
	return isElsewhere ? {
		...draftNow,
		release: await draftNow.look()
	} : draftNow;
}
/** What was asked for by name; else a person's own choice stays, but that a draft of a pre-release becomes one. */
function changesBy(wish, { draft }, isTagged) {
	const { tag, name, prerelease, commit } = wish;
	const isMarked = prerelease === "auto" ? draft && isPrerelease(tag) : prerelease === "true";
	return {
		...name === void 0 ? {} : { name },
		...prerelease === "auto" && !isMarked ? {} : { prerelease: isMarked },
		...isTagged || commit === void 0 ? {} : { target_commitish: commit }
	};
}
function opened(release, writer, { github, path }) {
	return {
		release,
		look: async () => {
			const answer = await github.ask({
				what: `the release of ${release.tag}`,
				method: "GET",
				path: `${path}/releases/${release.id}`,
				accept: [404]
			});
			if (answer.status === 404) throw new Failure("RELEASE_FAILED", `the draft of ${release.tag} was deleted meanwhile`, { hint: "Run it again." });
			const now = readRelease(answer.json);
			const author = writerOf(now.body);
			if (author !== void 0 && !isSameWriter(author, writer)) throw takenOver(now, author);
			return now;
		}
	};
}
async function remove({ id, tag }, { github, path }) {
	const what = `the second draft of ${tag}`;
	await github.ask({
		what,
		method: "DELETE",
		path: `${path}/releases/${id}`,
		accept: [404]
	});
}
/** The run without its attempt: two attempts are never at work at once. */
function runOf$1({ run }) {
	return run.replace(/\.\d+$/, "");
}
function takenOver({ tag, url }, { run, started }) {
	return new Failure("RELEASE_FAILED", `the release of ${tag} is written by run ${run}, which began later (${started})`, { hint: `Nothing is to be done when that run ends well; otherwise run either again. The release: ${url}` });
}
// src/release/complete-published.ts
/**
* A release that is published already, by an earlier run or by a person. With the same content nothing is done. What it lacks is
* added where it can be; other content is replaced only when told to. Fails with RELEASE_FAILED where it cannot be made right.
*/
async function completePublished({ release, wanted, draftWish }, room) {
	const { log } = room.ports;
	const { tag, immutable } = release;
	const { lacking, other, broken } = sorted(compareAssets(wanted, await listAssets(release, room)));
	if (lacking.length + other.length + broken.length === 0) {
		log.info(`the release of ${tag} is published with the same content already, nothing is done`);
		return {
			release,
			outcome: "unchanged"
		};
	}
	if (immutable) {
		if ([...lacking.filter(({ role }) => role === "content"), ...other].length > 0) throw frozen(release, {
			lacking,
			other
		});
		log.notice(`the release of ${tag} is immutable, so it stays without ${namesOf([...lacking, ...broken])}`);
		return {
			release,
			outcome: "unchanged"
		};
	}
	if (other.length > 0 && !draftWish.wish.replace) throw otherContent(release, other);
	const { look } = await adopt(release, draftWish, room);
	return {
		release: await mendAssets({
			release,
			wanted,
			sweep: false,
			look
		}, room),
		outcome: "completed"
	};
}
/** A witness that is whole but other than ours tells of the run that made the release; it is left. */
function sorted({ missing, wrong }) {
	return {
		lacking: missing,
		other: wrong.filter(({ found }) => found.state === "uploaded").filter(({ asset }) => asset.role === "content").map(({ asset }) => asset),
		broken: wrong.filter(({ found }) => found.state !== "uploaded").map(({ asset }) => asset)
	};
}
function frozen({ tag, url }, { lacking, other }) {
	const what = [...other.length === 0 ? [] : [`these are of other bytes: ${namesOf(other)}`], ...lacking.length === 0 ? [] : [`these are not in it: ${namesOf(lacking)}`]].join("; ");
	return new Failure("RELEASE_FAILED", `the release of ${tag} is published and immutable, and ${what}`, { hint: `Releases of this repository cannot be changed once they are published. Start from the push of a tag, not from a release that is published by hand: the draft, its assets and the publication are then made here. This version needs a new tag. The release: ${url}` });
}
function otherContent({ tag, url }, other) {
	return new Failure("RELEASE_FAILED", `the release of ${tag} is published with other bytes: ${namesOf(other)}`, { hint: `Release under a new tag, or give "replace: true". The same sources make the same packages only with a "signing-key" of your own: without one each run has another. The release: ${url}` });
}
function namesOf(assets) {
	const names = assets.map(({ name }) => name);
	const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
	return `${names.slice(0, 8).join(", ")}${more}`;
}
// src/release/git-tag.ts
/** The tag of that name, with one more request when it is annotated; undefined when there is none. */
async function readTag(name, room) {
	const { github, path } = room;
	const what = `the tag ${name}`;
	const ref = `tags/${name.split("/").map(encodeURIComponent).join("/")}`;
	const answer = await github.ask({
		what,
		method: "GET",
		path: `${path}/git/ref/${ref}`,
		accept: [404]
	});
	if (answer.status === 404) return void 0;
	return peel(name, objectOf(answer.json, what), room);
}
/** Follows a tag object to its commit. */
async function peel(name, object, room) {
	if (object.type !== "tag") return {
		name,
		object,
		commit: object.sha
	};
	const what = `the tag ${name}`;
	const { json } = await room.github.ask({
		what,
		method: "GET",
		path: `${room.path}/git/tags/${object.sha}`
	});
	const { message, verification } = asObject(json) ?? {};
	const signature = asObject(verification)?.["signature"];
	const target = objectOf(json, what);
	return {
		name,
		object,
		commit: target.type === "tag" ? (await peel(name, target, room)).commit : target.sha,
		annotation: {
			message: typeof message === "string" ? message : "",
			signed: typeof signature === "string"
		}
	};
}
/** The `object` of a ref or of a tag object. */
function objectOf(json, what) {
	const { type, sha } = asObject(asObject(json)?.["object"]) ?? {};
	if (typeof type === "string" && typeof sha === "string") return {
		type,
		sha
	};
	throw new Failure("GITHUB_REFUSED", `${what}: GitHub answered something that is not a ref`, { hint: "Is the API that of GitHub itself?" });
}
// src/release/package-changes.ts
/** What was installed and built according to a record, which may be an older one's or somebody else's: what is no record has nothing. */
function inventoriesOf(record) {
	const { images, packages } = asObject(record) ?? {};
	const ofImages = listOf(images).map((image) => {
		const { name, pushed, platforms } = image;
		const title = asObject(pushed)?.["repository"] ?? name;
		const all = listOf(platforms).flatMap((platform) => listOf(platform["packages"]));
		return {
			title: typeof title === "string" ? title : "",
			packages: versionsOf(all)
		};
	});
	const built = listOf(asObject(packages)?.["built"]);
	return built.length === 0 ? ofImages : [...ofImages, {
		title: "Packages",
		packages: versionsOf(built)
	}];
}
/** What differs, sorted by name. Undefined when there is nothing to compare with. */
function changesSince(before, now) {
	const isOnly = now.title !== "Packages" && before.filter(({ title }) => title !== "Packages").length === 1;
	const older = before.find(({ title }) => title === now.title) ?? (isOnly ? before.find(({ title }) => title !== "Packages") : void 0);
	if (older === void 0) return void 0;
	return [.../* @__PURE__ */ new Set([...older.packages.keys(), ...now.packages.keys()])].sort().map((name) => ({
		name,
		before: older.packages.get(name),
		now: now.packages.get(name)
	})).filter((change) => change.before !== change.now);
}
function versionsOf(packages) {
	const versions = /* @__PURE__ */ new Map();
	for (const { name, version } of packages) {
		if (typeof name !== "string" || typeof version !== "string") continue;
		const known = versions.get(name) ?? /* @__PURE__ */ new Set();
		versions.set(name, known.add(version));
	}
	return new Map([...versions].map(([name, all]) => [name, [...all].sort().join(", ")]));
}
function listOf(value) {
	return (Array.isArray(value) ? value : []).map(asObject).filter((each) => each !== void 0);
}
// src/release/notes.ts
/** Readers want no more of ours beside a person's text and the generated part, also where there is room. */
const longest = 9e4;
const mostRows = 300;
/** Our part of the notes in Markdown: images by digest, how to verify them, packages, and what changed. Parts that would not fit are left out. */
function notesOf(facts) {
	const images = facts.released.images.filter(({ pushed }) => pushed !== void 0);
	const parts = [
		...images.map(imagePart),
		...verifyParts(images),
		...changeParts(facts),
		...packageParts(facts),
		...filesPart(facts)
	];
	const kept = [];
	let length = 0;
	for (const part of parts) {
		if (length + part.length > Math.min(longest, facts.most)) continue;
		kept.push(part);
		length += part.length + 2;
	}
	return kept.join("\n\n");
}
function imagePart({ pushed, digest, platforms }) {
	const repository = pushed?.repository ?? "";
	const tags = (pushed?.tags ?? []).map(code).join(", ");
	const rows = platforms.map((each) => [code(each.platform), code(each.digest)]);
	return [
		`### ${code(repository)}`,
		fence("sh", `docker pull ${repository}@${digest}`),
		...tags === "" ? [] : [`Tags: ${tags}`],
		...rows.length === 0 ? [] : [table(["Platform", "Digest"], rows)]
	].join("\n\n");
}
function verifyParts(images) {
	return images.flatMap(({ signed, pushed }) => {
		const commands = (signed?.verify ?? []).filter(({ language }) => language === "sh");
		if (commands.length === 0) return [];
		const texts = commands.map(({ title, text }) => `**${escape(title)}**\n\n${fence("sh", text)}`);
		return [details(`How to verify ${pushed?.repository ?? "the image"}`, texts.join("\n\n"))];
	});
}
function changeParts({ released, previous }) {
	if (previous === void 0) return [];
	const before = inventoriesOf(previous.record);
	const parts = inventoriesOf(released).flatMap((now) => {
		const changes = changesSince(before, now);
		return changes === void 0 ? [] : [changedPart(now, changes)];
	});
	return parts.length === 0 ? [] : [`### Packages since ${code(previous.tag)}`, ...parts];
}
function changedPart({ title }, changes) {
	const what = title === "Packages" ? "Built here" : code(title);
	if (changes.length === 0) return `${what}: the same packages.`;
	const rows = changes.slice(0, mostRows).map(({ name, before = "", now = "" }) => [
		escape(name),
		escape(before),
		escape(now)
	]);
	const more = changes.length - rows.length;
	return [
		`${what}: ${changes.length === 1 ? "1 change" : `${changes.length} changes`}`,
		table([
			"Package",
			"Before",
			"Now"
		], rows),
		...more === 0 ? [] : [`${more} more.`]
	].join("\n\n");
}
function packageParts({ released }) {
	return inventoriesOf(released).map(({ title, packages }) => {
		const rows = [...packages].map(([name, version]) => [escape(name), escape(version)]).sort(([one = ""], [other = ""]) => one < other ? -1 : 1);
		const what = title === "Packages" ? "Packages built here" : `Packages in ${title}`;
		const shown = table(["Package", "Version"], rows.slice(0, mostRows));
		const more = rows.length > mostRows ? `\n\n${rows.length - mostRows} more.` : "";
		return details(`${what}: ${rows.length}`, shown + more);
	});
}
function filesPart({ assets, downloads }) {
	if (assets.length === 0) return [];
	const fetched = ["checksums.txt", ...assets.filter((name) => name === "packages.tar")].map((name) => `curl -fsSLO ${downloads}/${name}`);
	return [details("How to check the files", fence("sh", [...fetched, "sha256sum --check --ignore-missing checksums.txt"].join("\n")))];
}
function table(head, rows) {
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
const code = (text) => `\`${text.replaceAll("`", "")}\``;
const escape = (text) => text.replace(/[\\`*_{}[\]<>|#@]/g, "\\$&");
// src/release/previous-release.ts
/**
* The release before this one: of the versions below it the highest (for a full release no pre-release), else the one that was
* published last. Pure.
*/
function previousOf(tag, others) {
	const version = versionOfTag(tag);
	if (version === void 0) return others.toSorted((one, other) => one.published < other.published ? 1 : -1)[0];
	const isFull = version.version.prerelease.length === 0;
	return others.flatMap((release) => {
		const its = versionOfTag(release.tag);
		return its !== void 0 && isOlder(its, version) ? [{
			release,
			its
		}] : [];
	}).filter(({ its }) => !isFull || its.version.prerelease.length === 0).sort((one, other) => compareVersions(other.its, one.its))[0]?.release;
}
/**
* Whether it should be the repository's latest: no pre-release by its version, unless told that it is none, and no published
* version is higher. Pure.
*/
function isLatest({ tag, prerelease }, others) {
	if (prerelease !== "false" && isPrerelease(tag)) return false;
	const version = versionOfTag(tag);
	if (version === void 0) return true;
	return !others.some((release) => {
		const its = release.prerelease ? void 0 : versionOfTag(release.tag);
		return its !== void 0 && isOlder(version, its);
	});
}
/** The record that a release has among its assets; undefined when it has none, or it cannot be had: it is only compared with. */
async function readItsRecord(release, { github, ports }) {
	const asset = release.assets.find(({ name, state }) => name === "giropops.json" && state === "uploaded");
	if (asset === void 0) return void 0;
	try {
		const { json } = await github.ask({
			what: `giropops.json of ${release.tag}`,
			method: "GET",
			path: asset.api,
			media: "application/octet-stream"
		});
		return json;
	} catch (error) {
		const [failure] = foreseen(error);
		ports.log.notice(`the packages are not compared with those of ${release.tag}: ${failure?.message}`);
		return;
	}
}
/** Notes as GitHub makes them from pull requests since the release before; empty where it does not. */
async function generatedNotes({ tag, commit, previous }, { github, path, ports }) {
	try {
		const { json } = await github.ask({
			what: `generated notes of ${tag}`,
			method: "POST",
			path: `${path}/releases/generate-notes`,
			repeatable: true,
			body: {
				tag_name: tag,
				...commit === void 0 ? {} : { target_commitish: commit },
				...previous === void 0 ? {} : { previous_tag_name: previous }
			}
		});
		const body = typeof json === "object" && json !== null && "body" in json ? json.body : "";
		return typeof body === "string" ? body : "";
	} catch (error) {
		const [failure] = foreseen(error);
		if (failure?.hint?.includes("permissions")) throw error;
		ports.log.notice(`the notes are without GitHub's own part: ${failure?.message}`);
		return "";
	}
}
// src/release/publish-draft.ts
/** Publishes a draft that is complete. Fails with RELEASE_FAILED when GitHub does not take it, with the reason in GitHub's own words. */
async function publishDraft({ draft, isLatest }, { github, path }) {
	const answer = await github.ask({
		what: `the publication of ${draft.tag}`,
		method: "PATCH",
		path: `${path}/releases/${draft.id}`,
		accept: [422],
		body: {
			draft: false,
			...draft.prerelease ? {} : { make_latest: isLatest ? "true" : "false" }
		}
	});
	if (answer.status === 422) throw refused(draft, saidIn(answer.bytes));
	return readRelease(answer.json);
}
function refused({ tag, url }, words) {
	const said = words.replaceAll(/\s+/g, " ").trim();
	return new Failure("RELEASE_FAILED", `the release of ${tag} is complete, but GitHub does not publish it: ${said}`, { hint: `${cureOf(words)} The draft: ${url}` });
}
function cureOf(words) {
	if (/used by an immutable release/i.test(words)) return "A tag that an immutable release had is never given again: release under a new one.";
	if (/already_exists/.test(words)) return "Another run or a person published a release of that tag meanwhile.";
	if (/rule violation|restricted|protected/i.test(words)) return "A rule of the repository does not let the job make this tag: push the tag yourself, or add the job's app to those who may pass by the rule.";
	return "Publish it by hand to see more.";
}
// src/release/room.ts
/** `/repos/octo/senhas` for `octo/senhas`. */
function repositoryPath(repository) {
	return `/repos/${repository.split("/").map(encodeURIComponent).join("/")}`;
}
// src/release/make-release.ts
/**
* A release of what was built: a draft first, then its assets, then the publication, so that it works where published releases
* are immutable. Run again it completes what is there. Fails with RELEASE_FAILED, GITHUB_REFUSED or NETWORK_FAILED; nothing is
* public then but what was.
*/
async function makeRelease(wish, ports) {
	const { tag, commit } = wish;
	const room = {
		github: openGithub({
			api: wish.api,
			token: wish.token
		}, ports),
		path: repositoryPath(wish.repository),
		ports
	};
	const [wanted, found, gitTag] = await Promise.all([
		collectAssets(wish),
		findReleases(tag, room),
		readTag(tag, room)
	]);
	checkTag(wish, gitTag);
	const done = (release, outcome) => ({
		release,
		outcome,
		room,
		assets: wanted,
		commit: gitTag?.commit ?? commit ?? ""
	});
	const previous = previousOf(tag, found.others);
	const { published } = found;
	if (published !== void 0) {
		const { release, outcome } = await completePublished({
			release: published,
			wanted,
			draftWish: {
				wish,
				block: await blockOf(wish, {
					wanted,
					previous
				}, room),
				isTagged: true,
				notes: async () => wish.notes ?? ""
			}
		}, room);
		return done(release, outcome);
	}
	const isTagged = gitTag !== void 0;
	if (!isTagged) ports.log.notice(`the tag ${tag} is not there yet: GitHub makes a plain, unsigned one of ${commit}`);
	const draft = await draftOf({
		wish,
		found,
		isTagged,
		wanted,
		previous
	}, room);
	const whole = await mendAssets({
		...draft,
		wanted,
		sweep: draft.wasOurs
	}, room);
	if (wish.draft || !whole.draft) return done(whole, "made");
	const release = await publishDraft({
		draft: whole,
		isLatest: isLatest(wish, found.others)
	}, room);
	ports.log.info(`published: ${release.url}`);
	return done(release, "made");
}
async function draftOf({ wish, found, isTagged, wanted, previous }, room) {
	const generate = () => generatedNotes({
		tag: wish.tag,
		commit: isTagged ? void 0 : wish.commit,
		previous: previous?.tag
	}, room);
	const early = found.drafts.every(({ body }) => body.trim() === "") && wish.notes === void 0 ? generate() : void 0;
	const [block, text] = await Promise.all([blockOf(wish, {
		wanted,
		previous
	}, room), early]);
	const notes = async () => wish.notes ?? text ?? generate();
	return openDraft({
		wish,
		drafts: found.drafts,
		notes,
		block,
		isTagged
	}, room);
}
async function blockOf(wish, { wanted, previous }, room) {
	const facts = {
		released: wish.released,
		previous: previous && {
			tag: previous.tag,
			record: await readItsRecord(previous, room)
		},
		downloads: `${wish.server}/${wish.repository}/releases/download/${encodeURIComponent(wish.tag)}`,
		assets: wanted.map(({ name }) => name)
	};
	return (most) => makeBlock(notesOf({
		...facts,
		most: most - 250
	}), wish.writer);
}
// src/release/major-tags.ts
/** The tags that a version moves; none for a pre-release, and for what is no version. Pure. */
function majorTagsOf(tag) {
	const its = versionOfTag(tag);
	if (its === void 0 || its.version.prerelease.length > 0) return [];
	const { major, minor } = its.version;
	const isMajor = ({ prefix, version }) => prefix === its.prefix && version.major === major;
	return [{
		name: `${its.prefix}${major}`,
		covers: isMajor
	}, {
		name: `${its.prefix}${major}.${minor}`,
		covers: (other) => isMajor(other) && other.version.minor === minor
	}];
}
/** Refs of full versions of the line that are newer than the tag, newest last; only one of these can make a move go backwards. Pure. */
function newerVersions({ covers }, tag, refs) {
	const its = versionOfTag(tag);
	return refs.filter(({ name }) => {
		const other = versionOfTag(name);
		return its !== void 0 && other !== void 0 && other.version.prerelease.length === 0 && covers(other) && isOlder(its, other);
	});
}
// src/release/refused-move.ts
/** TAG_REFUSED with the reason: an immutable release of that tag, or the rules of the repository by their names. */
async function refusedMove({ name, tag, words }, room) {
	const [release, rules] = await Promise.all([findPublished(name, room), rulesOfTags(room)]);
	const message = `${name} is not moved to ${tag}: GitHub answered 422: ${words}`;
	if (release?.immutable) return new Failure("TAG_REFUSED", message, { hint: `${name} is the tag of an immutable release (${release.url}), which keeps its commit for ever. A tag that is to move must have no release.` });
	const named = rules.length === 0 ? "" : ` (${rules.join(", ")})`;
	return new Failure("TAG_REFUSED", message, { hint: `A rule for tags of the repository or its organisation${named} forbids it: leave ${name} out of the rule, or let the app of the job pass by it.` });
}
async function rulesOfTags({ github, path }) {
	const answer = await github.ask({
		what: "the rules of the repository",
		method: "GET",
		path: `${path}/rulesets?targets=tag&per_page=100`,
		accept: [403, 404]
	});
	return (Array.isArray(answer.json) ? answer.json : []).flatMap((each) => {
		const { name, enforcement } = asObject(each) ?? {};
		return typeof name === "string" && enforcement === "active" ? [JSON.stringify(name)] : [];
	});
}
// src/release/write-tag.ts
/**
* Writes a tag once. An annotated one stays annotated; a signed one is not replaced, since the job cannot sign: TAG_REFUSED.
* Without force GitHub takes it only where it leads forward.
*/
async function writeTag(write, room) {
	const { name, now, commit, isForced } = write;
	const { github, path, ports } = room;
	if (now?.annotation?.signed) throw isSigned(write);
	const sha = now?.annotation === void 0 ? commit : await annotate(write, now.annotation.message, room);
	const what = `the tag ${name}`;
	const answer = now === void 0 ? await github.ask({
		what,
		method: "POST",
		path: `${path}/git/refs`,
		body: {
			ref: `refs/tags/${name}`,
			sha
		},
		accept: [422],
		repeatable: true
	}) : await github.ask({
		what,
		method: "PATCH",
		path: `${path}/git/refs/tags/${name}`,
		body: {
			sha,
			force: isForced
		},
		accept: [422]
	});
	if (answer.status === 422) {
		const words = saidIn(answer.bytes);
		const isBehind = /fast.?forward|already exists|does not exist/i.test(words);
		return isBehind ? { isBehind } : { refused: words.replaceAll(/\s+/g, " ").trim() };
	}
	ports.log.info(`${name} ${now === void 0 ? "is made" : `is moved from ${now.commit}`}: ${write.tag}`);
	return {};
}
async function annotate({ name, tag, commit }, message, { github, path, ports }) {
	const { json } = await github.ask({
		what: `the tag object of ${name}`,
		method: "POST",
		path: `${path}/git/tags`,
		body: {
			tag: name,
			message: message.trim() === "" ? tag : message,
			object: commit,
			type: "commit"
		},
		repeatable: true
	});
	const sha = asObject(json)?.["sha"];
	if (typeof sha !== "string") throw new Failure("GITHUB_REFUSED", `${name}: GitHub answered something that is not a tag`);
	ports.log.info(`${name} is an annotated tag and stays one`);
	return sha;
}
function isSigned({ name, tag }) {
	return new Failure("TAG_REFUSED", `${name} is a signed tag, and a job cannot sign one in its place`, { hint: `Move it with your own key: git tag --sign --force ${name} ${tag}^{} && git push --force origin ${name}` });
}
// src/release/move-major-tags.ts
const mostRounds = 4;
/**
* Moves `v1` and `v1.2` to a version. Never to a pre-release and never backwards, which is told; what a rule, an immutable
* release or a signature forbids is a failure. Each is compared before it is written and read again after.
*/
async function moveMajorTags(move, room) {
	const tags = majorTagsOf(move.tag);
	const { log } = room.ports;
	if (tags.length === 0) {
		log.notice(`no tag like v1 is moved: ${move.tag} is a pre-release, or no version`);
		return {
			moved: [],
			failures: []
		};
	}
	const refs = await listRefs(tags[0]?.name ?? "", room);
	const outcomes = await Promise.all(tags.map(async (major) => {
		try {
			return {
				name: major.name,
				isMoved: await moveOne(major, {
					move,
					refs
				}, room)
			};
		} catch (error) {
			return {
				name: major.name,
				isMoved: false,
				failures: foreseen(error)
			};
		}
	}));
	return {
		moved: outcomes.filter(({ isMoved }) => isMoved).map(({ name }) => name),
		failures: outcomes.flatMap(({ failures = [] }) => failures)
	};
}
async function moveOne(major, { move, refs }, room) {
	const { name } = major;
	const { log } = room.ports;
	let known = refs;
	let now = await lookUp(name, known, room);
	let isForced = false;
	for (let round = 0; round < mostRounds; round += 1) {
		if (now?.commit === move.commit) {
			if (round === 0) log.info(`${name} is ${move.tag} already`);
			return true;
		}
		const newer = await newerThan(now, {
			major,
			move,
			refs: known
		}, room);
		if (newer !== void 0) {
			log.notice(`${name} stays where it is: it names ${newer}`);
			return false;
		}
		const { refused, isBehind } = await writeTag({
			name,
			now,
			...move,
			isForced
		}, room);
		if (refused !== void 0) throw await refusedMove({
			name,
			...move,
			words: refused
		}, room);
		const before = now;
		known = await listRefs(name, room);
		now = await lookUp(name, known, room);
		isForced = isBehind === true && now?.object.sha === before?.object.sha;
	}
	throw new Failure("TAG_REFUSED", `${name} is moved by others all the time, to ${now?.commit}`, { hint: `Run it again, or move it by hand: git push --force origin ${move.tag}^{}:refs/tags/${name}` });
}
async function lookUp(name, refs, room) {
	const found = refs.find((ref) => ref.name === name);
	return found === void 0 ? void 0 : peel(name, found.object, room);
}
/** What a tag names that is newer than the version; undefined when it may be moved there. */
async function newerThan(now, { major, move, refs }, room) {
	if (now === void 0) return void 0;
	const named = (await Promise.all(newerVersions(major, move.tag, refs).map(({ name, object }) => peel(name, object, room)))).find(({ commit }) => commit === now.commit);
	if (named !== void 0) return `${named.name}, which is newer than ${move.tag}`;
	const { github, path } = room;
	const answer = await github.ask({
		what: `what is between ${now.name} and ${move.tag}`,
		method: "GET",
		path: `${path}/compare/${now.commit}...${move.commit}?per_page=1&page=2`,
		accept: [404]
	});
	return asObject(answer.json)?.["status"] === "behind" ? `${now.commit}, a later commit than ${move.tag}` : void 0;
}
async function listRefs(prefix, { github, path }) {
	const what = `the tags ${prefix}…`;
	const refs = [];
	const pages = github.pages({
		what,
		path: `${path}/git/matching-refs/tags/${prefix}`
	});
	for await (const { json } of pages) refs.push(...readList(json, (each) => {
		const ref = asObject(each)?.["ref"];
		return {
			name: typeof ref === "string" ? ref.replace("refs/tags/", "") : "",
			object: objectOf(each, what)
		};
	}));
	return refs;
}
// src/pipeline/release-stage.ts
/** Makes the release, then moves the tags that follow versions. Fails as `makeRelease` does. */
async function releaseStage({ plan, folders, packages, startedAt }, world) {
	const temp = join(world.machine.temp, "release");
	await mkdir(temp, { recursive: true });
	const released = joinRecords(folders);
	const { context } = world;
	const { release, assets, outcome, commit, room } = await makeRelease({
		...plan,
		commit: released.commit ?? context.commit,
		writer: {
			run: runOf(context),
			started: startedAt
		},
		released,
		folders,
		packages,
		temp
	}, world);
	const tags = plan.majorTag && !release.draft && !release.prerelease ? await moveMajorTags({
		tag: plan.tag,
		commit
	}, room) : void 0;
	if (plan.majorTag && tags === void 0) world.log.notice(`no tag like v1 is moved: ${plan.tag} is ${release.draft ? "a draft" : "a pre-release"}`);
	return {
		failures: tags?.failures ?? [],
		record: {
			tag: plan.tag,
			id: release.id,
			url: release.url,
			draft: release.draft,
			outcome,
			assets: assets.map(({ name, size, sha256 }) => ({
				name,
				size,
				sha256
			})),
			majorTags: tags?.moved ?? []
		}
	};
}
/** `4711.2` */
function runOf({ url, attempt }) {
	const id = /\/runs\/(\d+)$/.exec(url ?? "")?.[1];
	return id === void 0 ? "laptop" : `${id}.${attempt ?? "1"}`;
}
export { prunePackages as n, releaseStage as t };

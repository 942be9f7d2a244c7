import { A as parseManifest, Ct as Transient, D as vulnerabilityPredicate, Dt as parseObject, Et as asObject, G as formatSize, N as bundleType, O as openReferrers, P as vulnerabilitiesType, St as withoutStamps, Tt as parseRetryAfter, _t as waitOfLimit, dt as digestOf, et as sideBySide, ft as hexOf, gt as saidIn, ot as formatRepository, tt as openRepository, ut as digestFromHex, vt as eachAlone, wt as readAtMost, yt as foreseen } from "./oci.js";
import { O as Failure } from "./start.js";
import { a as require_dist, i as require_dist$3, n as require_dist$4, r as require_dist$1, t as require_dist$2 } from "./vendor-sigstore.js";
import { t as require_dist$5 } from "./vendor.js";
import { isDeepStrictEqual } from "node:util";
import { X509Certificate, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, scrypt, sign, timingSafeEqual } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
// src/sigstore/answer.ts
const limit = 8388608;
/** The whole body of an answer; of a longer one than 8 MiB only as much. Throws as the port's body does. */
function readBody({ body }) {
	return readAtMost(body, limit);
}
/** What a service says in its JSON error (`message`), else its text as it is when it is short and no page. */
function wordsOf(body) {
	const text = body.toString("utf8");
	const message = parseObject(text)?.["message"];
	if (typeof message === "string") return message;
	return text.length < 200 && !text.includes("<") ? text : "";
}
// src/sigstore/service.ts
/** `Rekor (rekor.sigstore.dev)` */
function titleOf(service) {
	const url = URL.parse(service.url);
	return url === null ? service.name : `${service.name} (${url.host})`;
}
// src/sigstore/service-failure.ts
const outageHint = "Run it again once the service is back; the input `deadline` says how long an outage is waited out.";
/** SIGNING_FAILED for an answer that is no success; as Transient where the same request may succeed later. */
function refused({ service, status, text, retryAfter, cause }) {
	const passes = status === 408 || status === 425 || status === 429 || status >= 500;
	const words = plain(text);
	const message = `${titleOf(service)} answered ${status}${words === "" ? "" : `: ${words}`}`;
	const failure = new Failure("SIGNING_FAILED", message, {
		hint: passes ? outageHint : hintOf$1(service, status),
		cause
	});
	return passes ? new Transient(failure, retryAfter) : failure;
}
/** Transient SIGNING_FAILED: the service could not be reached, or broke off. `reason` says how. */
function unreachable(service, reason, cause) {
	return new Transient(new Failure("SIGNING_FAILED", `${titleOf(service)}: ${plain(reason)}`, {
		hint: outageHint,
		cause
	}));
}
/**
* SIGNING_FAILED: the answer was a success, but not what the service answers. Transient at the first two tries, since an
* answer may be cut; after that something else than the service is there.
*/
function garbled(service, what, tries) {
	const failure = new Failure("SIGNING_FAILED", `${titleOf(service)} answered something that is not ${what}`, { hint: `Is ${service.url} the address of the service itself, and not of a proxy's or a login page?` });
	return tries < 2 ? new Transient(failure) : failure;
}
/** Failures of the Http port, with the service's name instead of its host's alone; anything else as it is. */
function named(error, service) {
	if (error instanceof Transient) return error.failure.code === "NETWORK_FAILED" ? unreachable(service, error.failure.message, error) : error;
	if (!(error instanceof Failure) || error.code !== "NETWORK_FAILED") return error;
	return new Failure("SIGNING_FAILED", `${titleOf(service)}: ${error.message}`, {
		cause: error,
		...error.hint === void 0 ? {} : { hint: error.hint }
	});
}
/** One line of at most 300 characters, without anything that looks like a token. */
function plain(text) {
	const line = text.replaceAll(/\bey[JA][\w-]{8,}(\.[\w-]*){0,2}/g, "[token]").replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
	return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
function hintOf$1(service, status) {
	if (status === 413) return "What is signed is too large for the service; a private one may allow more.";
	if (status === 404) return `Is ${service.url} the right address? It is given without the path of the API.`;
	if (service.name === "Fulcio") return "Does this Fulcio accept tokens of this issuer, with the audience \"sigstore\", and is the clock of the runner right?";
	return `The service does not take what we send; is ${service.url} the right one, in a version that we know?`;
}
// src/sigstore/call.ts
/**
* One request to a service, its answer read whole. Statuses in `taken` and all 2xx are answered, others thrown as
* SIGNING_FAILED (Transient where it may pass); so is a service that cannot be reached.
*/
async function call(service, request, { http, clock }) {
	const { taken = [], ...sent } = request;
	try {
		const response = await http.send(sent);
		const { status, headers } = response;
		const body = await readBody(response);
		if (status >= 200 && status < 300 || taken.includes(status)) return {
			status,
			body
		};
		throw refused({
			service,
			status,
			text: wordsOf(body),
			retryAfter: parseRetryAfter(headers["retry-after"], clock.now())
		});
	} catch (error) {
		throw named(error, service);
	}
}
// src/sigstore/fulcio.ts
const timeout$3 = 1e4;
/**
* Asks Fulcio for a certificate of the key pair in the name of the identity (API v2, `signingCert`). Answers the chain,
* leaf first, in PEM. Fails with SIGNING_FAILED when it refuses, is down for longer than the deadline, or answers
* something else; the token is in no message.
*/
async function requestCertificate(url, keys, world) {
	const service = {
		name: "Fulcio",
		url
	};
	return world.patience.retry("certificate", async (tries) => {
		const { token, claims } = await world.identity.token();
		const body = JSON.stringify({
			credentials: { oidcIdentityToken: token },
			publicKeyRequest: {
				publicKey: {
					algorithm: "ECDSA",
					content: keys.publicKey.export({
						type: "spki",
						format: "pem"
					})
				},
				proofOfPossession: sign("sha256", Buffer.from(claims.subject), keys.privateKey).toString("base64")
			}
		});
		const request = {
			method: "POST",
			url: `${url}/api/v2/signingCert`,
			headers: {
				"content-type": "application/json",
				accept: "application/json"
			},
			body,
			idleTimeout: timeout$3
		};
		const chain = chainOf((await call(service, request, world)).body.toString("utf8"));
		if (!isOfKey(chain[0], keys.publicKey)) throw garbled(service, "a certificate of our key", tries);
		return chain;
	});
}
/** The certificates of the answer, with their signed certificate timestamp inside or beside. */
function chainOf(text) {
	const answer = parseObject(text);
	const signed = asObject(answer?.["signedCertificateEmbeddedSct"] ?? answer?.["signedCertificateDetachedSct"]);
	const certificates = asObject(signed?.["chain"])?.["certificates"];
	return Array.isArray(certificates) ? certificates.filter((each) => typeof each === "string") : [];
}
function isOfKey(pem, key) {
	if (pem === void 0) return false;
	try {
		return new X509Certificate(pem).publicKey.equals(key);
	} catch {
		return false;
	}
}
// src/sigstore/certificate-signer.ts
/** Milliseconds before its end at which a certificate is not used any more: signing and logging take their time. */
const margin = 12e4;
/**
* Signs with one key pair and one Fulcio certificate for everything, both made at the first signature and made anew when
* the certificate nears its end. The private key lives in memory only.
*/
function openCertificateSigner(fulcio, identity, world) {
	let current;
	const certificate = async () => {
		const seen = current;
		const known = await seen?.catch(() => void 0);
		if (known !== void 0 && known.until.getTime() - world.clock.now().getTime() > margin) return known;
		if (current === seen || current === void 0) current = issue(fulcio, identity, world);
		return current;
	};
	return {
		async sign(data) {
			const { keys, leaf, pem, chain, until } = await certificate();
			return {
				signature: sign("sha256", data, keys.privateKey),
				verifier: pem,
				certificate: leaf,
				chain,
				until
			};
		},
		expected: async () => ({ identity: (await certificate()).identity })
	};
}
async function issue(fulcio, identity, world) {
	const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const [pem = "", ...chain] = await requestCertificate(fulcio, keys, {
		...world,
		identity
	});
	const leaf = new X509Certificate(pem);
	const { claims } = await identity.token();
	return {
		keys,
		leaf: leaf.raw,
		pem,
		chain,
		until: leaf.validToDate,
		identity: {
			subject: nameIn(leaf) ?? claims.subject,
			issuer: claims.issuer
		}
	};
}
/** The subject alternative name: a URI or an e-mail address (RFC 5280, section 4.2.1.6). */
function nameIn({ subjectAltName }) {
	const [, name] = /^(?:URI|email):(.+)$/.exec(subjectAltName ?? "") ?? [];
	return name?.startsWith("\"") ? String(JSON.parse(name)) : name;
}
// src/sigstore/claims.ts
/** Reads the claims of a JWT (RFC 7519); undefined when it is none, or lacks what signing needs. */
function readClaims(token) {
	const parts = token.split(".");
	const claims = parts.length === 3 ? parseObject(Buffer.from(parts[1] ?? "", "base64url").toString("utf8")) : void 0;
	if (claims === void 0) return void 0;
	const texts = Object.fromEntries(Object.entries(claims).flatMap(([name, value]) => typeof value === "string" ? [[name, value]] : []));
	const { iss: issuer, email, sub } = texts;
	const subject = email !== void 0 && isTrue(claims["email_verified"]) ? email : sub;
	if (issuer === void 0 || subject === void 0) return void 0;
	return {
		issuer,
		subject,
		texts,
		expires: typeof claims["exp"] === "number" ? claims["exp"] : 0
	};
}
function isTrue(value) {
	return value === true || value === "true";
}
// src/sigstore/identity.ts
const timeout$2 = 1e4;
const audience = "sigstore";
/** The job's identity, from the runner's own endpoint (GitHub's OpenID Connect), with the audience that Fulcio asks for. */
function openIdentity(endpoint, world) {
	let latest;
	world.secrets.mask(endpoint.requestToken);
	return { async token() {
		const seen = latest;
		const known = await seen?.catch(() => void 0);
		const soon = world.clock.now().getTime() / 1e3 + 60;
		if (known !== void 0 && known.claims.expires > soon) return known;
		if (latest === seen || latest === void 0) latest = world.patience.retry("identity token", (tries) => fetchToken(endpoint, tries, world));
		return latest;
	} };
}
async function fetchToken(endpoint, tries, world) {
	const url = new URL(endpoint.url);
	url.searchParams.set("audience", audience);
	const service = {
		name: "the identity endpoint",
		url: url.origin
	};
	const headers = {
		authorization: `Bearer ${endpoint.requestToken}`,
		accept: "application/json"
	};
	const { status, body } = await call(service, {
		method: "GET",
		url: url.href,
		headers,
		idleTimeout: timeout$2,
		taken: [401, 403]
	}, world);
	if (status === 401 || status === 403) throw refusedToken(url.host, status);
	const token = parseObject(body.toString("utf8"))?.["value"];
	if (typeof token !== "string" || token === "") throw garbled(service, "an identity token", tries);
	world.secrets.mask(token);
	const claims = readClaims(token);
	if (claims === void 0) throw garbled(service, "an identity token", tries);
	return {
		token,
		claims
	};
}
function refusedToken(host, status) {
	return new Failure("IDENTITY_MISSING", `the identity endpoint (${host}) gives this job no token (${status})`, { hint: "Add `id-token: write` to the permissions of the job." });
}
// src/sigstore/key-signer.ts
/** Signs with a private key (see readSigningKey): ECDSA P-256 or RSA PKCS#1 v1.5, over sha256. */
function openKeySigner(privateKey) {
	const publicKey = createPublicKey(privateKey).export({
		type: "spki",
		format: "pem"
	}).toString();
	return {
		sign: async (data) => ({
			signature: sign("sha256", data, privateKey),
			verifier: publicKey,
			chain: []
		}),
		expected: async () => ({ publicKey })
	};
}
/** What a bundle says of the key it is to be verified with: base64 of the sha256 of its SubjectPublicKeyInfo. */
function keyHint(publicKey) {
	const der = createPublicKey(publicKey).export({
		type: "spki",
		format: "der"
	});
	return createHash("sha256").update(der).digest("base64");
}
// src/sigstore/rekor-version.ts
/**
* Finds out the version of the log where its address does not tell. Fails with INPUT_INVALID when certificates are used
* (`cosignKey` is false) and nothing would stamp the time; else as {@link askRekorVersion}.
*/
async function settleServices(services, cosignKey, world) {
	const { rekor, ...others } = services;
	if (rekor === void 0) return others;
	const { url, version } = rekor;
	const settled = version === "unknown" ? await askRekorVersion(url, world) : version;
	if (settled === 2 && services.tsa === void 0 && !cosignKey) throw withoutStamps(url);
	return {
		...others,
		rekor: {
			url,
			version: settled
		}
	};
}
/**
* Asks a log which API it has: one of the first answers with the state of its tree, one of the second has no such path.
* Fails with SIGNING_FAILED when it is down for longer than the deadline, or no log.
*/
async function askRekorVersion(url, world) {
	const service = {
		name: "Rekor",
		url
	};
	return world.patience.retry("Rekor version", async (tries) => {
		const { status, body } = await call(service, {
			method: "GET",
			url: `${url}/api/v1/log`,
			idleTimeout: 1e4,
			taken: [
				404,
				405,
				501
			]
		}, world);
		if (status !== 200) return 2;
		if (parseObject(body.toString("utf8"))?.["treeSize"] === void 0) throw garbled(service, "the state of a log", tries);
		return 1;
	});
}
// src/sigstore/secretbox.ts
/**
* Opens a box of NaCl's `crypto_secretbox` (XSalsa20 and Poly1305, "Cryptography in NaCl", 2009), which node:crypto lacks
* and cosign locks its keys with. Key of 32 and nonce of 24 bytes; undefined when the key is not the box's.
*/
function openSecretbox(box, nonce, key) {
	if (key.length !== 32 || nonce.length !== 24 || box.length < 16) return void 0;
	const subkey = hsalsa20(key, nonce.subarray(0, 16));
	const sealed = box.subarray(16);
	const stream = salsa20(subkey, nonce.subarray(16), 32 + sealed.length);
	const tag = poly1305(sealed, stream.subarray(0, 32));
	if (!timingSafeEqual(tag, box.subarray(0, 16))) return void 0;
	return Buffer.from(sealed.map((byte, at) => byte ^ (stream[32 + at] ?? 0)));
}
/** "expand 32-byte k", at the places that Salsa20 has for it. */
const constants$1 = [
	1634760805,
	857760878,
	2036477234,
	1797285236
];
/** The quarter rounds of a double round: columns, then rows. */
const quarters = [
	[
		0,
		4,
		8,
		12
	],
	[
		5,
		9,
		13,
		1
	],
	[
		10,
		14,
		2,
		6
	],
	[
		15,
		3,
		7,
		11
	],
	[
		0,
		1,
		2,
		3
	],
	[
		5,
		6,
		7,
		4
	],
	[
		10,
		11,
		8,
		9
	],
	[
		15,
		12,
		13,
		14
	]
];
const steps = [
	[
		1,
		0,
		3,
		7
	],
	[
		2,
		1,
		0,
		9
	],
	[
		3,
		2,
		1,
		13
	],
	[
		0,
		3,
		2,
		18
	]
];
function block(key, input) {
	const words = /* @__PURE__ */ new Uint32Array(16);
	for (let i = 0; i < 4; i += 1) {
		words[i * 5] = constants$1[i] ?? 0;
		words[1 + i] = key.readUInt32LE(i * 4);
		words[11 + i] = key.readUInt32LE(16 + i * 4);
		words[6 + i] = input.readUInt32LE(i * 4);
	}
	return words;
}
function rounds(words) {
	const x = Uint32Array.from(words);
	for (let round = 0; round < 10; round += 1) for (const quarter of quarters) for (const [to, a, b, turn] of steps) {
		const sum = (x[quarter[a]] ?? 0) + (x[quarter[b]] ?? 0) >>> 0;
		x[quarter[to]] = (x[quarter[to]] ?? 0) ^ (sum << turn | sum >>> 32 - turn);
	}
	return x;
}
function hsalsa20(key, nonce) {
	const x = rounds(block(key, nonce));
	const out = Buffer.alloc(32);
	for (const [at, from] of [
		0,
		5,
		10,
		15,
		6,
		7,
		8,
		9
	].entries()) out.writeUInt32LE(x[from] ?? 0, at * 4);
	return out;
}
function salsa20(key, nonce, length) {
	const out = Buffer.alloc(Math.ceil(length / 64) * 64);
	const input = Buffer.alloc(16);
	nonce.copy(input);
	for (let counter = 0; counter * 64 < length; counter += 1) {
		input.writeUInt32LE(counter, 8);
		const words = block(key, input);
		const x = rounds(words);
		for (let i = 0; i < 16; i += 1) out.writeUInt32LE((x[i] ?? 0) + (words[i] ?? 0) >>> 0, counter * 64 + i * 4);
	}
	return out.subarray(0, length);
}
/** The authenticator of RFC 8439, section 2.5. */
function poly1305(message, key) {
	const r = little(key.subarray(0, 16)) & 21267647620597763993911028882763415551n;
	const p = (1n << 130n) - 5n;
	let sum = 0n;
	for (let at = 0; at < message.length; at += 16) {
		const part = message.subarray(at, at + 16);
		sum = (sum + little(part) + (1n << BigInt(8 * part.length))) * r % p;
	}
	const hex = ((sum + little(key.subarray(16, 32))) % (1n << 128n)).toString(16).padStart(32, "0");
	return Buffer.from(hex, "hex").reverse();
}
function little(bytes) {
	return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}
// src/sigstore/locked-key.ts
/**
* Unlocks what is between the lines of `ENCRYPTED SIGSTORE PRIVATE KEY` (or `… COSIGN …`), decoded from base64, as cosign
* writes it. Answers the key as PKCS#8 in DER; 'malformed' when it is no such text, 'locked' when the passphrase is not its own.
*/
async function unlockKey(text, passphrase) {
	const locked = read(text);
	if (locked === void 0) return "malformed";
	const { cost, salt, nonce, box } = locked;
	const key = await new Promise((resolve) => {
		const maxmem = 256 * cost.N * cost.r;
		scrypt(passphrase, salt, 32, {
			...cost,
			maxmem
		}, (error, derived) => resolve(error ? void 0 : derived));
	});
	if (key === void 0) return "malformed";
	return openSecretbox(box, nonce, key) ?? "locked";
}
function read(text) {
	const document = parseObject(text);
	const [kdf, cipher] = [asObject(document?.["kdf"]), asObject(document?.["cipher"])];
	if (kdf?.["name"] !== "scrypt" || cipher?.["name"] !== "nacl/secretbox") return void 0;
	const cost = costOf(kdf["params"]);
	const [salt, nonce, box] = [
		kdf["salt"],
		cipher["nonce"],
		document?.["ciphertext"]
	].map(bytes);
	return cost && salt && nonce && box ? {
		cost,
		salt,
		nonce,
		box
	} : void 0;
}
function costOf(value) {
	const { N, r, p } = asObject(value) ?? {};
	return small(N, 2 ** 20) && small(r, 32) && small(p, 16) ? {
		N,
		r,
		p
	} : void 0;
}
function bytes(value) {
	return typeof value === "string" ? Buffer.from(value, "base64") : void 0;
}
function small(value, most) {
	return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
}
// src/sigstore/signing-key-text.ts
const hint = "Give the whole text of the key file that `cosign generate-key-pair` wrote, or a PEM private key (ECDSA P-256, or RSA of 2048 bits or more).";
/**
* Reads the text of cosign-key: PEM (PKCS#8, PKCS#1 or SEC 1), in the clear or encrypted, or cosign's own encrypted form.
* Line ends that were lost on the way are mended. Fails with KEY_INVALID; no part of key or passphrase is in a message.
*/
async function readSigningKey(text, passphrase) {
	const plain = text.replaceAll(/\\r|\r/g, "").replaceAll(String.raw`\n`, "\n");
	const [whole, label = "", body = ""] = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \1-----/s.exec(plain) ?? [];
	if (whole === void 0) throw invalid(withoutKey(plain));
	const key = /^ENCRYPTED (SIGSTORE|COSIGN) /.test(label) ? await unlocked(body, passphrase) : fromPem(label, body, passphrase);
	const fault = unsuited(key);
	if (fault !== void 0) throw invalid(fault);
	return key;
}
async function unlocked(body, passphrase) {
	const der = await unlockKey(Buffer.from(body, "base64").toString("utf8"), passphrase ?? "");
	if (der === "malformed") throw invalid("is cut off or changed: what is in it is not a key that cosign encrypted");
	if (der === "locked") throw locked(passphrase);
	try {
		return createPrivateKey({
			key: der,
			format: "der",
			type: "pkcs8"
		});
	} catch {
		throw invalid("holds something that is not a private key");
	}
}
/** The body is laid out anew, since secrets lose their line ends; the headers of older encrypted forms are kept. */
function fromPem(label, body, passphrase) {
	const headers = body.match(/^[A-Za-z-]+: .*$/gm) ?? [];
	const base64 = headers.reduce((rest, header) => rest.replace(header, ""), body).replaceAll(/\s+/g, "");
	const encrypted = label === "ENCRYPTED PRIVATE KEY" || headers.some((header) => header.includes("ENCRYPTED"));
	const lines = [
		...headers,
		...headers.length > 0 ? [""] : [],
		...base64.match(/.{1,64}/g) ?? []
	];
	const key = [
		`-----BEGIN ${label}-----`,
		...lines,
		`-----END ${label}-----`,
		""
	].join("\n");
	if (encrypted && passphrase === void 0) throw locked(passphrase);
	try {
		return createPrivateKey({
			key,
			...encrypted ? { passphrase: passphrase ?? "" } : {}
		});
	} catch {
		throw encrypted ? locked(passphrase) : invalid("is cut off or changed: what is in it is not a private key");
	}
}
function withoutKey(text) {
	const trimmed = text.trim();
	if (trimmed === "") return "is empty";
	if (trimmed.includes("BEGIN PUBLIC KEY")) return "is a public key";
	if (trimmed.includes("-----BEGIN")) return "has no whole private key: its last line may be missing";
	return "is not a PEM text: it has no line \"-----BEGIN … PRIVATE KEY-----\"";
}
function unsuited(key) {
	const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
	if (type === "ec") return details?.namedCurve === "prime256v1" ? void 0 : `is an ECDSA key on ${details?.namedCurve}, not on P-256`;
	if (type !== "rsa") return `is of type ${type}, neither ECDSA nor RSA`;
	const bits = details?.modulusLength ?? 0;
	return bits < 2048 ? `is an RSA key of ${bits} bits` : void 0;
}
function locked(passphrase) {
	return passphrase === void 0 ? new Failure("KEY_INVALID", "cosign-key is encrypted, and cosign-password is not given", { hint: "Give the passphrase of the key as cosign-password, from a secret." }) : new Failure("KEY_INVALID", "cosign-key does not open with the passphrase in cosign-password", { hint: "Check that both secrets are of the same key, and that the passphrase has no blanks or line ends around it." });
}
function invalid(what) {
	return new Failure("KEY_INVALID", `cosign-key ${what}`, { hint });
}
// src/sigstore/trusted-root.json
var trusted_root_default = {
	mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
	tlogs: [{
		"baseUrl": "https://rekor.sigstore.dev",
		"hashAlgorithm": "SHA2_256",
		"publicKey": {
			"rawBytes": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwrkBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==",
			"keyDetails": "PKIX_ECDSA_P256_SHA_256",
			"validFor": { "start": "2021-01-12T11:53:27Z" }
		},
		"logId": { "keyId": "wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0=" }
	}, {
		"baseUrl": "https://log2025-1.rekor.sigstore.dev",
		"hashAlgorithm": "SHA2_256",
		"publicKey": {
			"rawBytes": "MCowBQYDK2VwAyEAt8rlp1knGwjfbcXAYPYAkn0XiLz1x8O4t0YkEhie244=",
			"keyDetails": "PKIX_ED25519",
			"validFor": { "start": "2025-09-23T00:00:00Z" }
		},
		"logId": { "keyId": "zxGZFVvd0FEmjR8WrFwMdcAJ9vtaY/QXf44Y1wUeP6A=" }
	}],
	certificateAuthorities: [{
		"subject": {
			"organization": "sigstore.dev",
			"commonName": "sigstore"
		},
		"uri": "https://fulcio.sigstore.dev",
		"certChain": { "certificates": [{ "rawBytes": "MIIB+DCCAX6gAwIBAgITNVkDZoCiofPDsy7dfm6geLbuhzAKBggqhkjOPQQDAzAqMRUwEwYDVQQKEwxzaWdzdG9yZS5kZXYxETAPBgNVBAMTCHNpZ3N0b3JlMB4XDTIxMDMwNzAzMjAyOVoXDTMxMDIyMzAzMjAyOVowKjEVMBMGA1UEChMMc2lnc3RvcmUuZGV2MREwDwYDVQQDEwhzaWdzdG9yZTB2MBAGByqGSM49AgEGBSuBBAAiA2IABLSyA7Ii5k+pNO8ZEWY0ylemWDowOkNa3kL+GZE5Z5GWehL9/A9bRNA3RbrsZ5i0JcastaRL7Sp5fp/jD5dxqc/UdTVnlvS16an+2Yfswe/QuLolRUCrcOE2+2iA5+tzd6NmMGQwDgYDVR0PAQH/BAQDAgEGMBIGA1UdEwEB/wQIMAYBAf8CAQEwHQYDVR0OBBYEFMjFHQBBmiQpMlEk6w2uSu1KBtPsMB8GA1UdIwQYMBaAFMjFHQBBmiQpMlEk6w2uSu1KBtPsMAoGCCqGSM49BAMDA2gAMGUCMH8liWJfMui6vXXBhjDgY4MwslmN/TJxVe/83WrFomwmNf056y1X48F9c4m3a3ozXAIxAKjRay5/aj/jsKKGIkmQatjI8uupHr/+CxFvaJWmpYqNkLDGRU+9orzh5hI2RrcuaQ==" }] },
		"validFor": {
			"start": "2021-03-07T03:20:29Z",
			"end": "2022-12-31T23:59:59.999Z"
		}
	}, {
		"subject": {
			"organization": "sigstore.dev",
			"commonName": "sigstore"
		},
		"uri": "https://fulcio.sigstore.dev",
		"certChain": { "certificates": [{ "rawBytes": "MIICGjCCAaGgAwIBAgIUALnViVfnU0brJasmRkHrn/UnfaQwCgYIKoZIzj0EAwMwKjEVMBMGA1UEChMMc2lnc3RvcmUuZGV2MREwDwYDVQQDEwhzaWdzdG9yZTAeFw0yMjA0MTMyMDA2MTVaFw0zMTEwMDUxMzU2NThaMDcxFTATBgNVBAoTDHNpZ3N0b3JlLmRldjEeMBwGA1UEAxMVc2lnc3RvcmUtaW50ZXJtZWRpYXRlMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE8RVS/ysH+NOvuDZyPIZtilgUF9NlarYpAd9HP1vBBH1U5CV77LSS7s0ZiH4nE7Hv7ptS6LvvR/STk798LVgMzLlJ4HeIfF3tHSaexLcYpSASr1kS0N/RgBJz/9jWCiXno3sweTAOBgNVHQ8BAf8EBAMCAQYwEwYDVR0lBAwwCgYIKwYBBQUHAwMwEgYDVR0TAQH/BAgwBgEB/wIBADAdBgNVHQ4EFgQU39Ppz1YkEZb5qNjpKFWixi4YZD8wHwYDVR0jBBgwFoAUWMAeX5FFpWapesyQoZMi0CrFxfowCgYIKoZIzj0EAwMDZwAwZAIwPCsQK4DYiZYDPIaDi5HFKnfxXx6ASSVmERfsynYBiX2X6SJRnZU84/9DZdnFvvxmAjBOt6QpBlc4J/0DxvkTCqpclvziL6BCCPnjdlIB3Pu3BxsPmygUY7Ii2zbdCdliiow=" }, { "rawBytes": "MIIB9zCCAXygAwIBAgIUALZNAPFdxHPwjeDloDwyYChAO/4wCgYIKoZIzj0EAwMwKjEVMBMGA1UEChMMc2lnc3RvcmUuZGV2MREwDwYDVQQDEwhzaWdzdG9yZTAeFw0yMTEwMDcxMzU2NTlaFw0zMTEwMDUxMzU2NThaMCoxFTATBgNVBAoTDHNpZ3N0b3JlLmRldjERMA8GA1UEAxMIc2lnc3RvcmUwdjAQBgcqhkjOPQIBBgUrgQQAIgNiAAT7XeFT4rb3PQGwS4IajtLk3/OlnpgangaBclYpsYBr5i+4ynB07ceb3LP0OIOZdxexX69c5iVuyJRQ+Hz05yi+UF3uBWAlHpiS5sh0+H2GHE7SXrk1EC5m1Tr19L9gg92jYzBhMA4GA1UdDwEB/wQEAwIBBjAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBRYwB5fkUWlZql6zJChkyLQKsXF+jAfBgNVHSMEGDAWgBRYwB5fkUWlZql6zJChkyLQKsXF+jAKBggqhkjOPQQDAwNpADBmAjEAj1nHeXZp+13NWBNa+EDsDP8G1WWg1tCMWP/WHPqpaVo0jhsweNFZgSs0eE7wYI4qAjEA2WB9ot98sIkoF3vZYdd3/VtWB5b9TNMea7Ix/stJ5TfcLLeABLE4BNJOsQ4vnBHJ" }] },
		"validFor": { "start": "2022-04-13T20:06:15Z" }
	}],
	ctlogs: [{
		"baseUrl": "https://ctfe.sigstore.dev/test",
		"hashAlgorithm": "SHA2_256",
		"publicKey": {
			"rawBytes": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbfwR+RJudXscgRBRpKX1XFDy3PyudDxz/SfnRi1fT8ekpfBd2O1uoz7jr3Z8nKzxA69EUQ+eFCFI3zeubPWU7w==",
			"keyDetails": "PKIX_ECDSA_P256_SHA_256",
			"validFor": {
				"start": "2021-03-14T00:00:00Z",
				"end": "2022-10-31T23:59:59.999Z"
			}
		},
		"logId": { "keyId": "CGCS8ChS/2hF0dFrJ4ScRWcYrBY9wzjSbea8IgY2b3I=" }
	}, {
		"baseUrl": "https://ctfe.sigstore.dev/2022",
		"hashAlgorithm": "SHA2_256",
		"publicKey": {
			"rawBytes": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiPSlFi0CmFTfEjCUqF9HuCEcYXNKAaYalIJmBZ8yyezPjTqhxrKBpMnaocVtLJBI1eM3uXnQzQGAJdJ4gs9Fyw==",
			"keyDetails": "PKIX_ECDSA_P256_SHA_256",
			"validFor": { "start": "2022-10-20T00:00:00Z" }
		},
		"logId": { "keyId": "3T0wasbHETJjGR4cmWc3AqJKXrjePK3/h4pygC8p7o4=" }
	}],
	timestampAuthorities: [{
		"subject": {
			"organization": "sigstore.dev",
			"commonName": "sigstore-tsa-selfsigned"
		},
		"uri": "https://timestamp.sigstore.dev/api/v1/timestamp",
		"certChain": { "certificates": [{ "rawBytes": "MIICEDCCAZagAwIBAgIUOhNULwyQYe68wUMvy4qOiyojiwwwCgYIKoZIzj0EAwMwOTEVMBMGA1UEChMMc2lnc3RvcmUuZGV2MSAwHgYDVQQDExdzaWdzdG9yZS10c2Etc2VsZnNpZ25lZDAeFw0yNTA0MDgwNjU5NDNaFw0zNTA0MDYwNjU5NDNaMC4xFTATBgNVBAoTDHNpZ3N0b3JlLmRldjEVMBMGA1UEAxMMc2lnc3RvcmUtdHNhMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE4ra2Z8hKNig2T9kFjCAToGG30jky+WQv3BzL+mKvh1SKNR/UwuwsfNCg4sryoYAd8E6isovVA3M4aoNdm9QDi50Z8nTEyvqgfDPtTIwXItfiW/AFf1V7uwkbkAoj0xxco2owaDAOBgNVHQ8BAf8EBAMCB4AwHQYDVR0OBBYEFIn9eUOHz9BlRsMCRscsc1t9tOsDMB8GA1UdIwQYMBaAFJjsAe9/u1H/1JUeb4qImFMHic6/MBYGA1UdJQEB/wQMMAoGCCsGAQUFBwMIMAoGCCqGSM49BAMDA2gAMGUCMDtpsV/6KaO0qyF/UMsX2aSUXKQFdoGTptQGc0ftq1csulHPGG6dsmyMNd3JB+G3EQIxAOajvBcjpJmKb4Nv+2Taoj8Uc5+b6ih6FXCCKraSqupe07zqswMcXJTe1cExvHvvlw==" }, { "rawBytes": "MIIB9zCCAXygAwIBAgIUV7f0GLDOoEzIh8LXSW80OJiUp14wCgYIKoZIzj0EAwMwOTEVMBMGA1UEChMMc2lnc3RvcmUuZGV2MSAwHgYDVQQDExdzaWdzdG9yZS10c2Etc2VsZnNpZ25lZDAeFw0yNTA0MDgwNjU5NDNaFw0zNTA0MDYwNjU5NDNaMDkxFTATBgNVBAoTDHNpZ3N0b3JlLmRldjEgMB4GA1UEAxMXc2lnc3RvcmUtdHNhLXNlbGZzaWduZWQwdjAQBgcqhkjOPQIBBgUrgQQAIgNiAAQUQNtfRT/ou3YATa6wB/kKTe70cfJwyRIBovMnt8RcJph/COE82uyS6FmppLLL1VBPGcPfpQPYJNXzWwi8icwhKQ6W/Qe2h3oebBb2FHpwNJDqo+TMaC/tdfkv/ElJB72jRTBDMA4GA1UdDwEB/wQEAwIBBjASBgNVHRMBAf8ECDAGAQH/AgEAMB0GA1UdDgQWBBSY7AHvf7tR/9SVHm+KiJhTB4nOvzAKBggqhkjOPQQDAwNpADBmAjEAwGEGrfGZR1cen1R8/DTVMI943LssZmJRtDp/i7SfGHmGRP6gRbuj9vOK3b67Z0QQAjEAuT2H673LQEaHTcyQSZrkp4mX7WwkmF+sVbkYY5mXN+RMH13KUEHHOqASaemYWK/E" }] },
		"validFor": { "start": "2025-07-04T00:00:00Z" }
	}]
};
// src/sigstore/trusted-root.ts
var import_dist$4 = require_dist();
var import_dist$5 = require_dist$1();
/**
* Whom verification trusts: certificate authorities, logs and timestamp authorities
* (`application/vnd.dev.sigstore.trustedroot+json`). That of the public good instance, which is embedded, or the file's.
* Fails with INPUT_INVALID when the file cannot be read or is no trusted root. `file` is an absolute path.
*/
async function readTrustedRoot(file) {
	if (file === void 0) return parseTrustedRoot(trusted_root_default, "the embedded trusted root");
	const text = await readFile(file, "utf8").catch((cause) => {
		throw new Failure("INPUT_INVALID", `trusted-root: ${file} cannot be read`, { cause });
	});
	return parseTrustedRoot(parseObject(text), file);
}
/** As {@link readTrustedRoot}, for a document at hand; `name` is how messages call it. */
function parseTrustedRoot(document, name) {
	const root = asObject(document);
	if (!/^application\/vnd\.dev\.sigstore\.trustedroot(\+json;version=|\.v)0\.\d/.test(String(root?.["mediaType"]))) throw notRoot(name, "its mediaType is not application/vnd.dev.sigstore.trustedroot+json;version=0.1");
	try {
		const parsed = import_dist$4.TrustedRoot.fromJSON(root);
		if (parsed.tlogs.length + parsed.certificateAuthorities.length === 0) throw notRoot(name, "it lists neither a log nor a certificate authority");
		(0, import_dist$5.toTrustMaterial)(parsed);
		return parsed;
	} catch (cause) {
		throw cause instanceof Failure ? cause : notRoot(name, "a key or certificate in it cannot be read", cause);
	}
}
function notRoot(name, why, cause) {
	return new Failure("INPUT_INVALID", `${name} is not a Sigstore trusted root: ${why}`, {
		hint: "`cosign trusted-root create` makes such a file from the certificates and keys of an instance.",
		cause
	});
}
// src/sigstore/overflow.ts
/**
* A log that hands on to other witnesses, all of them, what is too large for it: Rekor's first API is sent whole
* statements (SBOMs), the second only hashes. Said in one line each.
*/
function withOverflow(log, others, say) {
	const tooLarge = /* @__PURE__ */ new WeakSet();
	const handOn = async (signed, tries) => {
		const all = await Promise.all(others.map((witness) => witness.testify(signed, tries)));
		return {
			entries: all.flatMap(({ entries = [] }) => entries),
			timestamps: all.flatMap(({ timestamps = [] }) => timestamps)
		};
	};
	return { async testify(signed, tries) {
		if (tooLarge.has(signed)) return handOn(signed, tries);
		try {
			return await log.testify(signed, tries);
		} catch (error) {
			if (others.length === 0 || !saysTooLarge$1(error)) throw error;
			say.info(`${error.message}: logged in Rekor v2 instead, which takes the hash alone`);
			tooLarge.add(signed);
			return handOn(signed, tries);
		}
	} };
}
function saysTooLarge$1(error) {
	return error instanceof Failure && /answered 413\b|too large/i.test(error.message);
}
// src/sigstore/library-failure.ts
var import_dist$1 = require_dist$4();
var import_dist$3 = require_dist$2();
const reasons = {
	ECONNREFUSED: "connection refused",
	ECONNRESET: "connection reset",
	EPIPE: "connection reset",
	ENOTFOUND: "name not found",
	EAI_AGAIN: "name not found (the name server did not answer)",
	ETIMEDOUT: "timed out while connecting",
	EHOSTUNREACH: "host unreachable",
	ENETUNREACH: "network unreachable",
	ECONNECTIONTIMEOUT: "timed out while connecting",
	EIDLETIMEOUT: "timed out: no answer came",
	ERESPONSETIMEOUT: "timed out: no answer came",
	ETRANSFERTIMEOUT: "timed out: the answer stopped coming"
};
/**
* What an error of @sigstore/sign's own HTTP means: SIGNING_FAILED that names service and status, as Transient where
* asking again may help. Its messages are not passed on whole, since they may hold what was sent.
*/
function libraryFailure(error, service, tries) {
	const cause = error instanceof import_dist$3.InternalError ? error.cause : error;
	if (!(cause instanceof Error)) return garbled(service, "what it should", tries);
	const status = Reflect.get(cause, "statusCode");
	if (typeof status === "number") {
		const text = cause.message.replace(/^\(\d+\) /, "");
		return refused({
			service,
			status: isLate(error, status) ? 503 : status,
			text,
			cause
		});
	}
	const code = String(Reflect.get(cause, "code"));
	if (untrusted.test(code)) return notTrusted(service, code, cause);
	const reason = reasonOf(code, String(Reflect.get(cause, "type")));
	return reason === void 0 ? garbled(service, "a log entry", tries) : unreachable(service, reason, cause);
}
const untrusted = /^(CERT_|ERR_TLS|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;
/** An entry that a 409 spoke of a moment ago is there: only not at the replica that was asked. */
function isLate(error, status) {
	return status === 404 && error instanceof import_dist$3.InternalError && error.code === "TLOG_FETCH_ENTRY_ERROR";
}
function reasonOf(code, type) {
	if (type.endsWith("-timeout")) return "timed out: no answer came";
	return reasons[code] ?? (/^E[A-Z]+$/.test(code) ? code : void 0);
}
function notTrusted(service, code, cause) {
	return new Failure("SIGNING_FAILED", `${titleOf(service)}: its certificate is not trusted (${code})`, {
		hint: "If a proxy or a private authority signs it, name its certificate file in NODE_EXTRA_CA_CERTS.",
		cause
	});
}
// src/sigstore/rekor-v1-witness.ts
/**
* Rekor's first API: statements are logged as `dsse` entries, files as `hashedrekord`. When an answer was lost and the
* same entry is sent again, the log's 409 says where it is, and it is fetched. `timeout` is in milliseconds.
*/
function openRekorV1(url, timeout = 3e4) {
	const service = {
		name: "Rekor",
		url
	};
	const rekor = new import_dist$3.RekorWitness({
		rekorBaseURL: url,
		majorApiVersion: 1,
		timeout,
		retry: 0,
		fetchOnConflict: true
	});
	return { async testify({ content, verifier }, tries) {
		try {
			const { tlogEntries } = await rekor.testify(content, verifier);
			return { entries: tlogEntries };
		} catch (error) {
			throw libraryFailure(error, service, tries);
		}
	} };
}
// src/sigstore/log-checkpoint.ts
/** Reads a checkpoint; undefined when the text is none. */
function readCheckpoint(text) {
	const [, size, root] = /^[^\n]+\n(\d{1,15})\n([A-Za-z0-9+/]{43}=)\n/.exec(text) ?? [];
	if (size === void 0 || root === void 0) return void 0;
	const keyHints = [...text.matchAll(/^\u2014 \S+ (\S+)$/gm)].map(([, signature = ""]) => Buffer.from(signature, "base64").subarray(0, 4));
	return {
		size: Number(size),
		rootHash: Buffer.from(root, "base64"),
		keyHints
	};
}
// src/sigstore/log-tiles.ts
const absent = [
	404,
	405,
	501
];
const hashSize = 32;
const tileWidth = 256;
/**
* Proof that the log's leaf at `index` is in it, made from its checkpoint and tiles (C2SP tlog-tiles, below `/api/v2/`).
* Undefined when the log does not serve them at its address. Transient(SIGNING_FAILED) while the checkpoint is older than the leaf.
*/
async function readProof(service, index, world) {
	const get = async (path) => {
		const { status, body } = await call(service, {
			method: "GET",
			url: `${service.url}/api/v2/${path}`,
			taken: absent
		}, world);
		return absent.includes(status) ? void 0 : body;
	};
	const envelope = (await get("checkpoint"))?.toString("utf8");
	const checkpoint = envelope === void 0 ? void 0 : readCheckpoint(envelope);
	if (envelope === void 0 || checkpoint === void 0) return void 0;
	if (index >= checkpoint.size) throw unreachable(service, "its checkpoint does not cover the entry yet");
	const log = world.root.tlogs.find(({ logId }) => checkpoint.keyHints.some((hint) => logId?.keyId.subarray(0, hint.length).equals(hint)));
	if (log?.logId === void 0) return void 0;
	const { size, rootHash } = checkpoint;
	try {
		const hashes = await pathTo(index, [0, size], rangeHashes(size, get));
		return {
			logIndex: String(index),
			logId: log.logId,
			integratedTime: "0",
			inclusionPromise: void 0,
			inclusionProof: {
				logIndex: String(index),
				rootHash,
				treeSize: String(size),
				hashes,
				checkpoint: { envelope }
			}
		};
	} catch (error) {
		if (error instanceof MissingTile) return void 0;
		throw error;
	}
}
var MissingTile = class extends Error {
	name = "MissingTile";
};
/** The hashes beside the way from the leaf up to the root, lowest first (RFC 6962, section 2.1.1). */
async function pathTo(index, [from, to], hashes) {
	if (to - from <= 1) return [];
	const middle = from + splitOf(to - from);
	return index < middle ? [...await pathTo(index, [from, middle], hashes), await hashes(middle, to)] : [...await pathTo(index, [middle, to], hashes), await hashes(from, middle)];
}
/** Hashes of ranges, read from tiles: level L holds the hashes of whole subtrees of 256^L leaves, 256 in a tile. */
function rangeHashes(size, get) {
	const tiles = /* @__PURE__ */ new Map();
	const tile = (level, number) => {
		const width = Math.min(tileWidth, Math.floor(size / tileWidth ** level) - number * tileWidth);
		const path = `tile/${level}/${tileNumber(number)}`;
		const found = tiles.get(path) ?? readTile(path, width, get);
		tiles.set(path, found);
		return found;
	};
	return async function hash(from, to) {
		const count = to - from;
		const level = Math.log2(count);
		if (Number.isInteger(level) && from % count === 0 && level % 8 === 0) {
			const at = from / count;
			const bytes = await tile(level / 8, Math.floor(at / tileWidth));
			const offset = at % tileWidth * hashSize;
			return bytes.subarray(offset, offset + hashSize);
		}
		const middle = from + splitOf(count);
		const [left, right] = [await hash(from, middle), await hash(middle, to)];
		return createHash("sha256").update(Buffer.concat([
			Buffer.of(1),
			left,
			right
		])).digest();
	};
}
/** The tile that is not full yet has its width in its name; once full it may be there under the plain name alone. */
async function readTile(path, width, get) {
	const bytes = (width < tileWidth ? await get(`${path}.p/${width}`) : void 0) ?? await get(path);
	if (bytes === void 0 || bytes.length < width * hashSize) throw new MissingTile(path);
	return bytes;
}
/** The largest power of two below `count`. */
function splitOf(count) {
	return 2 ** (Math.ceil(Math.log2(count)) - 1);
}
/** `1234067` is `x001/x234/067`. */
function tileNumber(number) {
	const digits = String(number);
	const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
	return groups.map((group, at) => at === groups.length - 1 ? group : `x${group}`).join("/");
}
// src/sigstore/witness.ts
/** The log has this very signature already, from an answer that was lost, and does not give its entry any more. */
var AlreadyLogged = class extends Error {
	name = "AlreadyLogged";
};
// src/sigstore/rekor-v2-witness.ts
/** The log answers only when its next checkpoint is out, which may take tens of seconds. */
const timeout$1 = 6e4;
/**
* Rekor's second API (rekor-tiles), which takes `hashedrekord` 0.0.2 only: of a statement the hash of its DSSE
* pre-authentication encoding is logged. What the log has already, from an answer that was lost, is read from its tiles.
*/
function openRekorV2(url, root, world) {
	const service = {
		name: "Rekor",
		url
	};
	return { async testify(signed, tries) {
		const request = requestOf(signed);
		const headers = {
			"content-type": "application/json",
			accept: "application/json"
		};
		const body = JSON.stringify({ hashedRekordRequestV002: request });
		const sent = {
			method: "POST",
			url: `${url}/api/v2/log/entries`,
			headers,
			body
		};
		const { status, body: answer } = await call(service, {
			...sent,
			idleTimeout: timeout$1,
			taken: [409]
		}, world);
		const text = answer.toString("utf8");
		if (status !== 409) return readEntry(text) ?? fail(garbled(service, "a log entry", tries));
		const index = /index (\d+)/.exec(text)?.[1];
		const proof = index === void 0 ? void 0 : await readProof(service, Number(index), {
			...world,
			root
		});
		if (proof === void 0) throw new AlreadyLogged(`the log has the signature already (index ${index})`);
		return { entries: [{
			...proof,
			kindVersion: {
				kind: "hashedrekord",
				version: "0.0.2"
			},
			canonicalizedBody: Buffer.from(canonicalBody(request))
		}] };
	} };
}
function requestOf({ digest, signature, verifier }) {
	return {
		digest: digest.toString("base64"),
		signature: {
			content: signature.toString("base64"),
			verifier: verifierOf(verifier)
		}
	};
}
function verifierOf(pem) {
	const certificate = pem.includes("CERTIFICATE") ? new X509Certificate(pem) : void 0;
	const key = certificate?.publicKey ?? createPublicKey(pem);
	const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
	const keyDetails = key.asymmetricKeyType === "ec" ? "PKIX_ECDSA_P256_SHA_256" : `PKIX_RSA_PKCS1V15_${bits}_SHA256`;
	if (certificate !== void 0) return {
		keyDetails,
		x509Certificate: { rawBytes: certificate.raw.toString("base64") }
	};
	return {
		keyDetails,
		publicKey: { rawBytes: key.export({
			type: "spki",
			format: "der"
		}).toString("base64") }
	};
}
/** What the log hashes as its leaf: the entry as canonical JSON (RFC 8785); keys are in their order here. */
function canonicalBody({ digest, signature }) {
	return JSON.stringify({
		apiVersion: "0.0.2",
		kind: "hashedrekord",
		spec: { hashedRekordV002: {
			data: {
				algorithm: "SHA2_256",
				digest
			},
			signature
		} }
	});
}
function readEntry(text) {
	try {
		const { logId, kindVersion, ...entry } = import_dist$4.TransparencyLogEntry.fromJSON(parseObject(text));
		if (logId === void 0 || kindVersion === void 0 || entry.inclusionProof === void 0) return void 0;
		return { entries: [{
			...entry,
			logId,
			kindVersion
		}] };
	} catch {
		return;
	}
}
function fail(error) {
	throw error;
}
// src/sigstore/timestamp-witness.ts
var import_dist$2 = require_dist$3();
const timeout = 1e4;
/**
* A timestamp authority (RFC 3161 over HTTP): any, not only Sigstore's, whose path `/api/v1/timestamp` is taken when the
* address has none. What it answers is checked to be a granted timestamp of our signature.
*/
function openTimestampAuthority(url, world) {
	const service = {
		name: "the timestamp authority",
		url
	};
	const address = URL.parse(url)?.pathname === "/" ? `${url.replace(/\/$/, "")}/api/v1/timestamp` : url;
	return { async testify({ signature }, tries) {
		const hash = createHash("sha256").update(signature).digest();
		const request = {
			method: "POST",
			url: address,
			headers: {
				"content-type": "application/timestamp-query",
				accept: "application/timestamp-reply"
			},
			body: queryOf(hash),
			idleTimeout: timeout
		};
		const { body } = await call(service, request, world);
		if (!isTimestampOf(body, hash)) throw garbled(service, "a timestamp of what it was given", tries);
		return { timestamps: [{ signedTimestamp: body }] };
	} };
}
/** TimeStampReq (RFC 3161, section 2.4.1) in DER: version 1, the sha256, a nonce; certificates are in the trusted root. */
function queryOf(hash) {
	const nonce = randomBytes(8);
	nonce[0] = (nonce[0] ?? 0) & 127 | 1;
	const imprint = Buffer.from("3031300d060960864801650304020105000420", "hex");
	const content = Buffer.concat([
		Buffer.from("020101", "hex"),
		imprint,
		hash,
		Buffer.of(2, 8),
		nonce
	]);
	return Buffer.concat([Buffer.of(48, content.length), content]);
}
function isTimestampOf(body, hash) {
	try {
		const timestamp = import_dist$2.RFC3161Timestamp.parse(Buffer.from(body));
		return timestamp.status <= 1n && timestamp.tstInfo.messageImprintHashedMessage.equals(hash);
	} catch {
		return false;
	}
}
// src/sigstore/witnesses.ts
/** The log and the timestamp authority of the services, as far as they are used; `log` is the signing decision's. */
function openWitnesses(services, use, world) {
	const tsa = services.tsa === void 0 ? [] : [openTimestampAuthority(services.tsa, world)];
	const { rekor } = services;
	if (!use.log || rekor === void 0) return tsa;
	if (rekor.version === 2) return [openRekorV2(rekor.url, use.root, world), ...tsa];
	return [withOverflow(openRekorV1(rekor.url), largeStatements(use.root, tsa, world), world.log), ...tsa];
}
/** Where statements go that are too large for the first API: a log of the second in the trusted root, and who stamps the time. */
function largeStatements(root, tsa, world) {
	const now = world.clock.now();
	const log = root.tlogs.findLast(({ publicKey }) => {
		const { keyDetails, validFor } = {
			validFor: void 0,
			...publicKey
		};
		const begun = (validFor?.start ?? now) <= now;
		return keyDetails === import_dist$4.PublicKeyDetails.PKIX_ED25519 && begun && (validFor?.end ?? now) >= now;
	});
	const stamp = root.timestampAuthorities.findLast(({ validFor }) => (validFor?.end ?? now) >= now);
	if (log === void 0 || tsa.length === 0 && stamp === void 0) return [];
	const stamps = tsa.length > 0 || stamp === void 0 ? [] : [openTimestampAuthority(stamp.uri, world)];
	return [openRekorV2(log.baseUrl, root, world), ...stamps];
}
// src/pipeline/open-signing.ts
/** Reads the key and the trusted root that were given, so that what is wrong with them is found before anything is built. */
async function checkSigning({ services, key }, { secrets }) {
	for (const secret of [key?.text, key?.passphrase]) secrets.mask(secret ?? "");
	await readTrustedRoot(services.trustedRoot);
	if (key !== void 0) await readSigningKey(key.text, key.passphrase);
}
/** Opens signer, log and trusted root; with an identity, asks for the certificate. */
async function openSigning(plan, world) {
	const { services, log } = plan;
	const root = await readTrustedRoot(services.trustedRoot);
	const signer = await openSigner(plan, world);
	const settled = await settleServices(services, plan.by === "key", world);
	return {
		plan,
		signer,
		services: settled,
		witnesses: openWitnesses(settled, {
			log,
			root
		}, world),
		trust: {
			root,
			signer: await signer.expected(),
			log: log && settled.rekor !== void 0
		}
	};
}
async function openSigner({ key, services }, world) {
	if (key !== void 0) return openKeySigner(await readSigningKey(key.text, key.passphrase));
	const { identity } = world.context;
	if (identity === void 0) throw new TypeError("planned to sign with an identity that the job has not got");
	return openCertificateSigner(services.fulcio, openIdentity(identity, world), world);
}
// src/sigstore/github-refusal.ts
/** SIGNING_FAILED for an attestation that GitHub did not take; Transient for a limit, with its time, and for an outage. */
function refusedByGithub(refusal, now) {
	const { service, status, words } = refusal;
	const wait = waitOfLimit(refusal, now);
	if (wait !== void 0) {
		const message = `${titleOf(service)} answered ${status}: ${plain(words) || "too many requests"}`;
		return new Transient(new Failure("SIGNING_FAILED", message, { hint: "Run it again later; the input `deadline` says how long a limit is waited out." }), wait);
	}
	const failure = refused({
		service,
		status,
		text: words
	});
	if (failure instanceof Transient) return failure;
	return new Failure("SIGNING_FAILED", failure.message, { hint: hintOf(status, words) });
}
function hintOf(status, words) {
	if (status === 401) return "The token is not valid, or no longer; `github-token` is that of the job unless given.";
	if (status === 403 || status === 404 || /not available/i.test(words)) return "Add `attestations: write` to the permissions of the job. For private repositories GitHub keeps attestations on Enterprise Cloud only, and Enterprise Server keeps none: `attest-to: registry` does without.";
	return "GitHub does not take the attestation as it is; `attest-to: registry` does without GitHub.";
}
/** Whether an answer means that what was sent is too large. */
function saysTooLarge(status, words) {
	if (status === 413) return true;
	return status === 422 && /too (large|big|long)|larger than|(exceed|over|max).*(size|limit|bytes|[KMG]i?B\b)/i.test(words);
}
// src/sigstore/github-attestations.ts
/** Bytes of a bundle that GitHub is asked to keep; actions/attest sends no predicates of more than that either. */
const largest = 16777216;
const mostAtOnce$1 = 4;
/**
* Hands bundles to GitHub's store of attestations (REST API, "Create an attestation"), a few side by side; answers in their
* order. What is too large for it is answered as `tooLarge`, and has to go elsewhere. Limits and outages are waited out
* until the deadline; where an answer was lost, the bundle may be kept twice. Fails with SIGNING_FAILED.
*/
async function uploadAttestations({ bundles, ...target }, ports) {
	ports.secrets.mask(target.token);
	return sideBySide(bundles, mostAtOnce$1, async ({ name, json }, signal) => {
		const size = Buffer.byteLength(json);
		const stored = size > largest ? "tooLarge" : await ports.patience.retry(`attestation ${name}`, async (tries) => {
			if (signal.aborted) throw new Failure("CANCELLED", "another attestation failed");
			return create(json, {
				...target,
				tries
			}, ports);
		});
		if (stored === "tooLarge") ports.log.info(`${name} is too large for GitHub: ${formatSize(size)}`);
		return stored;
	});
}
async function create(json, { repository, api, token, tries }, { http, clock }) {
	const service = {
		name: "GitHub",
		url: api
	};
	const path = repository.split("/").map(encodeURIComponent).join("/");
	const { status, headers, body } = await http.send({
		method: "POST",
		url: `${api.replace(/\/+$/, "")}/repos/${path}/attestations`,
		headers: {
			authorization: `Bearer ${token}`,
			accept: "application/vnd.github+json",
			"content-type": "application/json",
			"x-github-api-version": "2022-11-28"
		},
		body: `{"bundle":${json}}`
	}).then(readAnswer).catch((error) => {
		throw named(error, service);
	});
	if (status >= 200 && status < 300) {
		const id = parseObject(body.toString("utf8"))?.["id"];
		if (typeof id !== "number") throw garbled(service, "the id of an attestation", tries);
		return {
			id,
			url: `${siteOf(api)}/${path}/attestations/${id}`
		};
	}
	const words = token === "" ? saidIn(body) : saidIn(body).replaceAll(token, "[token]");
	if (saysTooLarge(status, words)) return "tooLarge";
	throw refusedByGithub({
		service,
		status,
		headers,
		words
	}, clock.now());
}
async function readAnswer(response) {
	const { status, headers } = response;
	return {
		status,
		headers,
		body: await readBody(response)
	};
}
/** Where people look at what an API serves: `https://github.com`, `https://acme.ghe.com` for `https://api.acme.ghe.com`. */
function siteOf(api) {
	const { protocol, host } = new URL(api);
	return `${protocol}//${host.replace(/^api\./, "")}`;
}
// src/sigstore/dsse.ts
/** Media type of in-toto statements in a DSSE envelope. */
const inTotoType = "application/vnd.in-toto+json";
/** What a DSSE signature is over: the pre-authentication encoding of type and payload (DSSE protocol, v1). */
function preAuthEncoding(type, payload) {
	return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}
// src/sigstore/verification-reason.ts
const words = {
	CERTIFICATE_ERROR: "its certificate is not of an authority that is trusted, or was not good at the time of signing",
	SIGNATURE_ERROR: "the signature does not fit what is signed",
	TIMESTAMP_ERROR: "nothing that is trusted stamps its time",
	TLOG_BODY_ERROR: "its log entry is of another signature",
	TLOG_ERROR: "it is not in a log that is trusted",
	TLOG_INCLUSION_PROOF_ERROR: "the proof that it is in the log is wrong",
	TLOG_INCLUSION_PROMISE_ERROR: "the promise of the log is wrong",
	TLOG_MISSING_INCLUSION_ERROR: "nothing proves that it is in the log",
	PUBLIC_KEY_ERROR: "its key is another one"
};
/** Says why verification failed. A log that the trusted root does not know is said so, since that is the root's age, not the bundle's fault. */
function plainReason(error, bundle, root) {
	const detail = error instanceof Error ? plain(error.message) : "";
	if (error instanceof import_dist$1.ValidationError) return { reason: `it is not a Sigstore bundle (${error.fields.join(", ")})` };
	if (!(error instanceof import_dist$5.VerificationError || error instanceof import_dist$5.PolicyError)) return { reason: detail || "it cannot be read" };
	const unknown = unknownLog(bundle, root);
	if (unknown === void 0) return { reason: `${words[error.code] ?? "it is not accepted"} (${detail})` };
	return {
		reason: `its log (${unknown}) is not in the trusted root`,
		hint: "The log may be newer than the root: use a newer version, or give the present trusted root of the instance as trusted-root."
	};
}
function unknownLog(bundle, root) {
	const entries = asObject(asObject(bundle)?.["verificationMaterial"])?.["tlogEntries"];
	const known = new Set(root.tlogs.flatMap(({ logId, checkpointKeyId }) => [logId, checkpointKeyId].flatMap((id) => id === void 0 ? [] : [id.keyId.toString("base64")])));
	return (Array.isArray(entries) ? entries : []).map((entry) => asObject(asObject(entry)?.["logId"])?.["keyId"]).find((id) => typeof id === "string" && !known.has(id));
}
// src/sigstore/verify-bundle.ts
/**
* Verifies a Sigstore bundle (its JSON, of any version) offline: certificate, log entries, timestamps, signature, signer
* and subject. Fails with SIGNATURE_INVALID, saying which of these is wrong. `name` is what messages call it.
*/
function verifyBundle(name, bundle, { trust, of }) {
	try {
		const parsed = (0, import_dist$1.bundleFromJSON)(bundle);
		const say = "blob" in of ? aboutBlob(parsed, of.blob) : aboutDigest(parsed, of.digest);
		const identity = verifySignature(parsed, trust, "blob" in of ? of.blob : void 0);
		return {
			...say(),
			...identity === void 0 ? {} : { identity }
		};
	} catch (error) {
		const { reason, hint } = plainReason(error, bundle, trust.root);
		throw new Failure("SIGNATURE_INVALID", `the signature of ${name} is not valid: ${reason}`, {
			cause: error,
			...hint === void 0 ? {} : { hint }
		});
	}
}
function verifySignature(bundle, trust, blob) {
	const { root, signer, log } = trust;
	const keyed = "publicKey" in signer;
	if (keyed !== (bundle.verificationMaterial.content.$case === "publicKey")) throw new Mismatch(keyed ? "it has a certificate, not the signature of a key" : "it has no certificate");
	const thresholds = {
		tlogThreshold: log ? 1 : 0,
		ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
		timestampThreshold: keyed ? 0 : 1
	};
	const material = (0, import_dist$5.toTrustMaterial)(root, () => {
		if (!keyed) throw new Mismatch("it has no certificate");
		return {
			publicKey: createPublicKey(signer.publicKey),
			validFor: () => true
		};
	});
	const found = new import_dist$5.Verifier(material, thresholds).verify((0, import_dist$5.toSignedEntity)(bundle, blob)).identity;
	return keyed ? void 0 : checkIdentity(found, signer.identity);
}
function checkIdentity(found, expected) {
	const subject = found?.subjectAlternativeName ?? "";
	const issuer = found?.extensions?.issuer ?? "";
	if (!(typeof expected.subject === "string" ? subject === expected.subject : new RegExp(`^(?:${expected.subject.source})$`, expected.subject.flags).test(subject))) throw new Mismatch(`it is of ${subject}, not of ${String(expected.subject)}`);
	if (issuer !== expected.issuer) throw new Mismatch(`its identity is vouched for by ${issuer}, not by ${expected.issuer}`);
	return {
		subject,
		issuer
	};
}
function aboutBlob({ content }, blob) {
	if (content.$case !== "messageSignature") throw new Mismatch("it is of a statement, not of a file");
	const { messageDigest } = content.messageSignature;
	return () => {
		if (messageDigest.digest.toString("hex") === hexOf(digestOf(blob))) return {};
		throw new Mismatch("it is of another file");
	};
}
function aboutDigest({ content }, digest) {
	if (content.$case !== "dsseEnvelope") throw new Mismatch("it is of a file, not of a statement");
	const { payload, payloadType } = content.dsseEnvelope;
	return () => {
		const statement = payloadType === "application/vnd.in-toto+json" ? parseObject(payload.toString("utf8")) : void 0;
		const [type, predicateType] = [statement?.["_type"], statement?.["predicateType"]];
		if (!/^https:\/\/in-toto\.io\/Statement\/v(0\.1|1)$/.test(String(type)) || typeof predicateType !== "string") throw new Mismatch("it is not of an in-toto statement");
		if (!subjectsOf$1(statement).includes(hexOf(digest))) throw new Mismatch(`it says nothing of ${digest}`);
		return {
			predicateType,
			predicate: statement?.["predicate"]
		};
	};
}
/** sha256 of each subject of a statement. */
function subjectsOf$1(statement) {
	const subjects = statement?.["subject"];
	return (Array.isArray(subjects) ? subjects : []).map((each) => asObject(asObject(each)?.["digest"])?.["sha256"]);
}
/** The signature may be right, but is not the one that was asked for. */
var Mismatch = class extends Error {
	name = "Mismatch";
};
// src/pipeline/valid-signatures.ts
/** Reads back every bundle of a subject and verifies it against our own identity; those of others, and broken ones, are left out. */
async function findValidBundles(subject, { referrers, trust }) {
	const read = (await referrers.list({
		digest: subject.digest,
		artifactType: bundleType
	})).map(async (entry) => {
		const { blob } = await referrers.read(entry);
		return verifiedOrNot(blob.toString(), subject, trust);
	});
	return (await Promise.all(read)).filter((bundle) => bundle !== void 0);
}
function verifiedOrNot(json, subject, trust) {
	try {
		return {
			json,
			...verifyBundle(subject.digest, JSON.parse(json), {
				trust,
				of: { digest: subject.digest }
			})
		};
	} catch (error) {
		if (error instanceof Failure || error instanceof SyntaxError) return void 0;
		throw error;
	}
}
// src/pipeline/image-signatures.ts
/** Those that are attached and valid, each with its bundle (JSON): what is there is not made again. */
async function findAttached(image) {
	const found = subjectsOf(image.wanted).map(async (subject) => {
		const valid = await findValidBundles(subject, image);
		return image.wanted.flatMap((each) => {
			const bundle = each.subject === subject ? valid.find((one) => covers(one, each)) : void 0;
			return bundle === void 0 ? [] : [[each, bundle.json]];
		});
	});
	return new Map((await Promise.all(found)).flat());
}
/** Attaches bundles, one write of referrers per digest. */
async function attachBundles({ referrers }, signed, { clock }) {
	const created = clock.now().toISOString();
	const subjects = subjectsOf(signed.map(([attestation]) => attestation));
	await Promise.all(subjects.map((subject) => referrers.attach({
		subject,
		artifacts: signed.filter(([attestation]) => attestation.subject === subject).map(([{ statement }, { json }]) => ({
			artifactType: bundleType,
			blob: Buffer.from(json),
			blobMediaType: bundleType,
			annotations: {
				"org.opencontainers.image.created": created,
				"dev.sigstore.bundle.content": "dsse-envelope",
				"dev.sigstore.bundle.predicateType": statement.predicateType
			}
		}))
	})));
}
/** Reads everything back from the registry and verifies it. Fails with SIGNATURE_INVALID when anything that is wanted is not there. */
async function verifyAttached(image) {
	const attached = await findAttached(image);
	const missing = image.wanted.find((each) => !attached.has(each));
	if (missing === void 0) return;
	const { kind, place, subject } = missing;
	throw new Failure("SIGNATURE_INVALID", `the ${kind} of ${place} (${subject.digest}) cannot be read back from the registry as valid`, { hint: "Nothing was tagged. Run again: what is there and valid is not made twice." });
}
function subjectsOf(attestations) {
	return [...new Set(attestations.map(({ subject }) => subject))];
}
/**
* Provenance of an earlier attempt tells other times; one is enough for a digest. So do findings: one is enough as long as scanner,
* database and findings are the same.
*/
function covers(bundle, { kind, statement }) {
	if (bundle.predicateType !== statement.predicateType) return false;
	if (kind === "vulnerabilities") return isDeepStrictEqual(scannerOf(bundle.predicate), scannerOf(statement.predicate));
	return kind !== "sbom" || isDeepStrictEqual(bundle.predicate, statement.predicate);
}
function scannerOf(predicate) {
	return asObject(predicate)?.["scanner"];
}
// src/pipeline/github-upload.ts
/**
* Hands SBOMs and provenance to GitHub's own store of attestations, when wanted; answers their pages. What is too large for it goes to
* the registry instead, and that is said.
*/
async function uploadToGithub(made, { plan, token, destinations }, world) {
	if (!plan.attestTo.github) return [];
	const { repository, api = "https://api.github.com" } = world.context;
	if (token === void 0 || repository === void 0) throw withoutGithub();
	const wanted = made.filter(({ attestation }) => attestation.kind !== "signature");
	const uploaded = await uploadAttestations({
		repository,
		api,
		token,
		bundles: wanted.map(({ attestation: { kind, place }, payload }) => ({
			name: `${kind} of ${place}`,
			json: payload.json
		}))
	}, world);
	const tooLarge = wanted.filter((_, at) => uploaded[at] === "tooLarge");
	if (tooLarge.length > 0 && !plan.attestTo.registry) {
		world.log.notice(`${tooLarge.length} attestations are too large for GitHub and are attached in the registry instead`);
		const attached = tooLarge.map(({ attestation, payload }) => [attestation, payload]);
		await Promise.all(destinations.map((destination) => attachBundles({ referrers: openReferrers(destination, world) }, attached, world)));
	}
	return uploaded.flatMap((each) => each === "tooLarge" ? [] : [each.url]);
}
function withoutGithub() {
	return new Failure("INPUT_INVALID", "input \"attest-to\" names github, but there is no repository or token of GitHub to attest with", { hint: "Leave \"attest-to\" at registry outside of a workflow, or give \"github-token\"." });
}
// src/sigstore/provenance.ts
const buildType = "https://actions.github.io/buildtypes/workflow/v1";
/**
* SLSA provenance v1 of a GitHub workflow run, in the fields of its own build type, so that verifiers know them. The same
* facts give the same JSON: dependencies are sorted, each once.
*/
function provenancePredicate(facts) {
	const { workflow, parameters, builder, invocation, startedAt, finishedAt } = facts;
	return {
		buildDefinition: {
			buildType,
			externalParameters: {
				...Object.keys(parameters).length === 0 ? {} : { inputs: sortedByKey(parameters) },
				...workflow === void 0 ? {} : { workflow: {
					ref: workflow.ref,
					repository: workflow.repository,
					path: workflow.path
				} }
			},
			internalParameters: workflow === void 0 ? {} : { github: internals(workflow) },
			resolvedDependencies: [...workflow === void 0 ? [] : [sourceOf(workflow)], ...sorted(facts.dependencies)]
		},
		runDetails: {
			builder: { id: builder },
			metadata: {
				...invocation === void 0 ? {} : { invocationId: invocation },
				...startedAt === void 0 ? {} : { startedOn: startedAt.toISOString() },
				...finishedAt === void 0 ? {} : { finishedOn: finishedAt.toISOString() }
			}
		}
	};
}
/** An apk as a dependency: package URL and checksum. Checksums of another kind than `Q1` are left as `apk`. */
function apkDependency({ name, version, arch, checksum, distribution }) {
	const uri = `pkg:apk/${distribution === void 0 ? "" : `${encodeURIComponent(distribution)}/`}${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}`;
	const sha1 = checksum.startsWith("Q1") ? Buffer.from(checksum.slice(2), "base64") : void 0;
	return {
		uri,
		digest: sha1?.length === 20 ? { sha1: sha1.toString("hex") } : { apk: checksum }
	};
}
function internals({ event, repositoryId, ownerId, runner }) {
	return {
		event_name: event,
		...repositoryId === void 0 ? {} : { repository_id: repositoryId },
		...ownerId === void 0 ? {} : { repository_owner_id: ownerId },
		...runner === void 0 ? {} : { runner_environment: runner }
	};
}
function sourceOf({ repository, ref, commit }) {
	return {
		uri: `git+${repository}@${ref}`,
		digest: { gitCommit: commit }
	};
}
function sorted(dependencies) {
	const each = dependencies.map(({ uri, name, digest }) => ({
		...uri === void 0 ? {} : { uri },
		...name === void 0 ? {} : { name },
		digest: sortedByKey(digest)
	}));
	return [...new Map(each.map((dependency) => [JSON.stringify(dependency), dependency]))].sort(([a], [b]) => a < b ? -1 : 1).map(([, dependency]) => dependency);
}
function sortedByKey(texts) {
	return Object.fromEntries(Object.entries(texts).sort(([a], [b]) => a < b ? -1 : 1));
}
// src/sigstore/statement.ts
/** The types of statements that we make. cosign's own short names from the second on are `spdxjson`, `slsaprovenance1` and `vuln`. */
const predicateTypes = {
	signature: "https://sigstore.dev/cosign/sign/v1",
	spdx: "https://spdx.dev/Document",
	provenance: "https://slsa.dev/provenance/v1",
	vulnerabilities: vulnerabilitiesType
};
/** The signature of an image, as cosign 3 makes it: a statement that says nothing but the digest. */
function signatureStatement(digest, annotations = {}) {
	return about([{
		digest: { sha256: hexOf(digest) },
		annotations
	}], predicateTypes.signature, {});
}
/** What an image or file consists of. `document` is SPDX 2.x JSON, passed on as it is. */
function spdxStatement(subject, document) {
	return about([subject], predicateTypes.spdx, document);
}
/** How the subjects were built; `predicate` is provenancePredicate's. */
function provenanceStatement(subjects, predicate) {
	return about(subjects, predicateTypes.provenance, predicate);
}
/** What was found in the subject; `predicate` is vulnerabilityPredicate's. */
function vulnerabilityStatement(subject, predicate) {
	return about([subject], predicateTypes.vulnerabilities, predicate);
}
/** An image or one of its platforms, by the name of its repository; a file by its own name. */
function subjectOf(name, digest) {
	return {
		name,
		digest: { sha256: hexOf(digest) }
	};
}
function about(subject, predicateType, predicate) {
	return {
		_type: "https://in-toto.io/Statement/v1",
		subject,
		predicateType,
		predicate
	};
}
// src/pipeline/image-attestations.ts
/** All that is said of an image: signature, SBOM, provenance and findings of the index and of each platform. */
async function attestationsOf(wish) {
	const all = wish.places.map(async ({ place, subject, sbom, apks, scan }) => {
		const named = subjectOf(wish.repository, subject.digest);
		const found = [{
			kind: "signature",
			subject,
			place,
			statement: signatureStatement(subject.digest)
		}];
		if (wish.sbom && sbom !== void 0) {
			const document = JSON.parse(await readFile(sbom, "utf8"));
			found.push({
				kind: "sbom",
				subject,
				place,
				statement: spdxStatement(named, document)
			});
		}
		if (wish.provenance !== void 0) {
			const dependencies = [...wish.provenance.dependencies, ...apks.map(apkDependency)];
			const predicate = provenancePredicate({
				...wish.provenance,
				dependencies
			});
			found.push({
				kind: "provenance",
				subject,
				place,
				statement: provenanceStatement([named], predicate)
			});
		}
		if (scan !== void 0) {
			const predicate = vulnerabilityPredicate({
				...scan,
				...wish.scannedBy,
				verdict: scan,
				place
			});
			found.push({
				kind: "vulnerabilities",
				subject,
				place,
				statement: vulnerabilityStatement(named, predicate)
			});
		}
		return found;
	});
	return (await Promise.all(all)).flat();
}
// src/pipeline/package-signatures.ts
/** Every package and the public key, each signed as a file with the bundle beside it; and the provenance of those that were built, together. */
function packagePayloads(repository, facts) {
	const { folder, publicKey, packages } = repository;
	const files = [...packages.map(({ file }) => join(folder, file)), publicKey].map((file) => ({
		payload: {
			kind: "blob",
			name: file.slice(folder.length + 1),
			read: () => readFile(file)
		},
		bundle: `${file}.sigstore.json`
	}));
	const built = packages.filter(({ taken }) => !taken);
	if (facts === void 0 || built.length === 0) return files;
	const payload = {
		kind: "statement",
		name: "provenance of the packages",
		statement: provenanceStatement(built.map(({ file, sha256 }) => subjectOf(file, digestFromHex(sha256))), provenancePredicate(facts))
	};
	return [...files, {
		payload,
		bundle: join(folder, "provenance.sigstore.json")
	}];
}
// src/pipeline/provenance-facts.ts
/** What is the same in the provenance of everything that a run makes; `builder` is the identity that signs. */
function provenanceFacts({ parameters, files, tools, startedAt }, builder, { context, clock }) {
	const workflow = workflowOf(context);
	return {
		builder,
		parameters,
		startedAt: new Date(startedAt),
		finishedAt: clock.now(),
		dependencies: [...files.map(({ name, sha256 }) => ({
			name,
			digest: { sha256 }
		})), ...tools.map(toolDependency)],
		...workflow === void 0 ? {} : { workflow },
		...context.url === void 0 ? {} : { invocation: `${context.url}/attempts/${context.attempt ?? "1"}` }
	};
}
function workflowOf({ server, repository, ref, commit, event, workflowRef, ...more }) {
	if (repository === void 0 || ref === void 0 || commit === void 0 || event === void 0) return void 0;
	const path = /^[^/]+\/[^/]+\/(.+)@/.exec(workflowRef ?? "")?.[1];
	if (path === void 0) return void 0;
	const { repositoryId, ownerId, runner } = more;
	return {
		repository: `${server ?? "https://github.com"}/${repository}`,
		ref,
		path,
		commit,
		event,
		...repositoryId === void 0 ? {} : { repositoryId },
		...ownerId === void 0 ? {} : { ownerId },
		...runner === void 0 ? {} : { runner }
	};
}
function toolDependency({ name, version, sha256 }) {
	return {
		uri: `https://github.com/chainguard-dev/${name}/releases/tag/v${version}`,
		name,
		digest: { sha256 }
	};
}
// src/sigstore/sign-payloads.ts
const mostAtOnce = 16;
/**
* Signs all payloads side by side; answers in their order. Each is repeated until the deadline, keeping what it has
* already; a signature whose certificate ended meanwhile is made anew. The first failure ends all:
* SIGNING_FAILED, IDENTITY_MISSING.
*/
async function signPayloads(payloads, use) {
	return sideBySide(payloads, mostAtOnce, (payload, signal) => signOne(payload, use, signal));
}
async function signOne(payload, use, signal) {
	const data = payload.kind === "statement" ? Buffer.from(JSON.stringify(payload.statement)) : await payload.read();
	let round;
	return use.world.patience.retry(`signing ${payload.name}`, async (tries) => {
		if (signal.aborted) throw new Failure("CANCELLED", "another signature failed");
		for (let again = false;; again = true) {
			if (round === void 0 || isOver(round, use)) round = await begin(payload.kind, data, use);
			const outcome = await complete(round, tries, use);
			if (outcome === "complete" && (again || !isOver(round, use))) return assemble(round);
			if (outcome === "logged before" && again) throw lostForGood(payload);
			round = void 0;
		}
	});
}
async function begin(kind, data, { signer }) {
	const statement = kind === "statement";
	const bytes = statement ? preAuthEncoding(inTotoType, data) : data;
	const digest = createHash("sha256").update(bytes).digest();
	const signing = await signer.sign(bytes);
	const { signature, certificate, verifier } = signing;
	const common = {
		signature,
		certificateChain: false,
		...certificate === void 0 ? {} : { certificate }
	};
	const bundle = statement ? (0, import_dist$1.toDSSEBundle)({
		...common,
		artifact: data,
		artifactType: inTotoType
	}) : (0, import_dist$1.toMessageSignatureBundle)({
		...common,
		digest
	});
	return {
		bundle,
		signing,
		signed: {
			content: bundle.content,
			signature,
			digest,
			verifier
		},
		testimonies: /* @__PURE__ */ new Map()
	};
}
/** Asks the witnesses that have not testified yet, all at once. */
async function complete(round, tries, { witnesses }) {
	const missing = witnesses.filter((witness) => !round.testimonies.has(witness));
	const errors = (await Promise.allSettled(missing.map(async (witness) => {
		round.testimonies.set(witness, await witness.testify(round.signed, tries));
	}))).flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason] : []);
	const final = errors.find((error) => !(error instanceof Transient || error instanceof AlreadyLogged));
	if (final !== void 0) throw final;
	if (errors.some((error) => error instanceof AlreadyLogged)) return "logged before";
	if (errors.length > 0) throw errors[0];
	return "complete";
}
function assemble({ bundle, signing, testimonies }) {
	const all = [...testimonies.values()];
	const { content } = bundle.verificationMaterial;
	const hint = { hint: keyHint(signing.verifier) };
	const complete = {
		...bundle,
		verificationMaterial: {
			content: content.$case === "publicKey" ? {
				$case: "publicKey",
				publicKey: hint
			} : content,
			tlogEntries: all.flatMap(({ entries = [] }) => entries),
			timestampVerificationData: { rfc3161Timestamps: all.flatMap(({ timestamps = [] }) => timestamps) }
		}
	};
	return {
		bundle: complete,
		json: JSON.stringify((0, import_dist$1.bundleToJSON)(complete)),
		chain: signing.chain
	};
}
function isOver({ signing }, { world }) {
	return signing.until !== void 0 && signing.until <= world.clock.now();
}
function lostForGood({ name }) {
	return new Failure("SIGNING_FAILED", `the log has the signature of ${name} already, and does not give its entry`, { hint: "Its answer was lost the first time. Sign with an ECDSA key, whose signatures differ each time, or with certificates." });
}
// src/sigstore/legacy-bundle.ts
/**
* A signature of the legacy form as a bundle (v0.1, JSON), so that it can be verified like any other: the descriptor of its
* layer holds all but the payload. Undefined when it holds no signature.
*/
function bundleOfLayer({ annotations = {}, digest }) {
	const signature = annotations["dev.cosignproject.cosign/signature"];
	if (signature === void 0 || signature === "") return void 0;
	const certificate = annotations["dev.sigstore.cosign/certificate"];
	const stamp = parseObject(annotations["dev.sigstore.cosign/rfc3161timestamp"] ?? "")?.["SignedRFC3161Timestamp"];
	return {
		mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1",
		verificationMaterial: {
			...certificate === void 0 ? { publicKey: { hint: "" } } : { x509CertificateChain: { certificates: [{ rawBytes: derOf(certificate) }] } },
			tlogEntries: logEntries(annotations["dev.sigstore.cosign/bundle"]),
			timestampVerificationData: { rfc3161Timestamps: typeof stamp === "string" ? [{ signedTimestamp: stamp }] : [] }
		},
		messageSignature: {
			messageDigest: {
				algorithm: "SHA2_256",
				digest: Buffer.from(hexOf(digest), "hex").toString("base64")
			},
			signature
		}
	};
}
function logEntries(text) {
	const entry = parseObject(text ?? "");
	const payload = asObject(entry?.["Payload"]);
	if (entry === void 0 || payload === void 0) return [];
	return [{
		logIndex: String(payload["logIndex"]),
		logId: { keyId: Buffer.from(String(payload["logID"]), "hex").toString("base64") },
		kindVersion: {
			kind: "hashedrekord",
			version: "0.0.1"
		},
		integratedTime: String(payload["integratedTime"]),
		inclusionPromise: { signedEntryTimestamp: entry["SignedEntryTimestamp"] },
		canonicalizedBody: payload["body"]
	}];
}
function derOf(pem) {
	try {
		return new X509Certificate(pem).raw.toString("base64");
	} catch {
		return "";
	}
}
// src/sigstore/legacy-form.ts
const layerType = "application/vnd.dev.cosign.simplesigning.v1+json";
const configType = "application/vnd.oci.image.config.v1+json";
const manifestType = "application/vnd.oci.image.manifest.v1+json";
/** Where cosign looks for the signatures of a digest: `sha256-<hex>.sig`. */
function legacyTag(digest) {
	return `${digest.replace(":", "-")}.sig`;
}
/** What is signed in this form ("simple signing"): the digest and the repository (`ghcr.io/acme/app`). */
function simpleSigning(repository, digest) {
	const critical = {
		identity: { "docker-reference": repository },
		image: { "docker-manifest-digest": digest },
		type: "cosign container image signature"
	};
	return Buffer.from(JSON.stringify({
		critical,
		optional: null
	}));
}
/**
* The signature of a `simpleSigning` payload (a `blob`) as a layer with cosign's annotations. Fails with SIGNING_FAILED
* when it was logged by Rekor's second API: the form has no place for that.
*/
function legacyLayer(payload, { bundle, chain }) {
	const { content, verificationMaterial } = bundle;
	if (content.$case !== "messageSignature") throw new TypeError("the legacy form is of blob signatures");
	const { content: signer, tlogEntries, timestampVerificationData } = verificationMaterial;
	const [entry] = tlogEntries;
	const [stamp] = timestampVerificationData?.rfc3161Timestamps ?? [];
	const annotations = {
		"dev.cosignproject.cosign/signature": content.messageSignature.signature.toString("base64"),
		...signer.$case === "certificate" ? { "dev.sigstore.cosign/certificate": new X509Certificate(signer.certificate.rawBytes).toString() } : {},
		...chain.length === 0 ? {} : { "dev.sigstore.cosign/chain": chain.map((each) => `${each.trim()}\n`).join("") },
		...entry === void 0 ? {} : { "dev.sigstore.cosign/bundle": rekorBundle(entry) },
		...stamp === void 0 ? {} : { "dev.sigstore.cosign/rfc3161timestamp": timestamp(stamp.signedTimestamp) }
	};
	return {
		bytes: payload,
		descriptor: {
			mediaType: layerType,
			digest: digestOf(payload),
			size: payload.length,
			annotations
		}
	};
}
/** The image of all signatures of a digest: `before` are the layers that are there already, which are kept. */
function legacyImage(before, added) {
	const layers = [...before, ...added.map(({ descriptor }) => descriptor)];
	const created = "0001-01-01T00:00:00Z";
	const config = json({
		architecture: "",
		created,
		history: layers.map(() => ({ created })),
		os: "",
		rootfs: {
			type: "layers",
			diff_ids: layers.map(({ digest }) => digest)
		},
		config: {}
	});
	return {
		config,
		manifest: json({
			schemaVersion: 2,
			mediaType: manifestType,
			config: {
				mediaType: configType,
				digest: digestOf(config),
				size: config.length
			},
			layers
		})
	};
}
/** Rekor's promise, in the form that cosign keeps it. */
function rekorBundle({ inclusionPromise, canonicalizedBody, integratedTime, logIndex, logId }) {
	if (inclusionPromise === void 0) throw withoutPromise();
	return JSON.stringify({
		SignedEntryTimestamp: inclusionPromise.signedEntryTimestamp.toString("base64"),
		Payload: {
			body: canonicalizedBody.toString("base64"),
			integratedTime: Number(integratedTime),
			logIndex: Number(logIndex),
			logID: logId.keyId.toString("hex")
		}
	});
}
function timestamp(signed) {
	return JSON.stringify({ SignedRFC3161Timestamp: signed.toString("base64") });
}
function json(value) {
	return Buffer.from(JSON.stringify(value));
}
function withoutPromise() {
	return new Failure("SIGNING_FAILED", "the log (Rekor v2) promises no time, which signatures of the legacy form need", { hint: "Leave signature-format at `bundle`, or give the address of a log of the first API as rekor-url." });
}
// src/pipeline/legacy-signatures.ts
/** The subjects that have no valid signature of ours in this form. */
async function missingLegacy(image) {
	const signed = await Promise.all(image.subjects.map((subject) => isSigned(subject, image)));
	return image.subjects.filter((_, at) => signed[at] !== true);
}
/** What is to be signed for a subject. */
function legacyPayload({ digest }, { repository }) {
	return {
		kind: "blob",
		name: `${digest} (legacy form)`,
		read: async () => simpleSigning(repository, digest)
	};
}
/** Adds a signature to the `.sig` image of its subject. */
async function putLegacy(subject, signed, image) {
	const layer = legacyLayer(simpleSigning(image.repository, subject.digest), signed);
	await image.referrers.putImageTag({
		tag: legacyTag(subject.digest),
		layers: [layer],
		compose: (before, added) => legacyImage(before, added.map(({ bytes, descriptor }) => ({
			bytes: Buffer.from(bytes),
			descriptor
		})))
	});
}
/** Reads every signature back and verifies it. Fails with SIGNATURE_INVALID. */
async function verifyLegacy(image) {
	const [missing] = await missingLegacy(image);
	if (missing === void 0) return;
	throw new Failure("SIGNATURE_INVALID", `the legacy signature of ${missing.digest} cannot be read back from the registry as valid`, { hint: "Nothing was tagged. Run again: what is there and valid is not made twice." });
}
async function isSigned({ digest }, image) {
	const found = await image.registry.getManifest(legacyTag(digest));
	if (found === void 0) return false;
	const manifest = parseManifest(found.bytes, found.descriptor.mediaType);
	if (!("layers" in manifest)) return false;
	const payload = simpleSigning(image.repository, digest);
	return manifest.layers.some((layer) => {
		const bundle = bundleOfLayer(layer);
		return bundle !== void 0 && isValid(bundle, payload, image.trust);
	});
}
function isValid(bundle, payload, trust) {
	try {
		verifyBundle("a legacy signature", bundle, {
			trust,
			of: { blob: payload }
		});
		return true;
	} catch (error) {
		if (error instanceof Failure) return false;
		throw error;
	}
}
// src/pipeline/signing-work.ts
/** Reads and verifies what is attached to an image in all its repositories, and finds what is missing where. */
async function findSigningWork(task, signing, world) {
	const found = await Promise.all(task.destinations.map((destination) => findPlaceWork(destination, {
		task,
		signing
	}, world)));
	const elsewhere = new Map(found.flatMap(({ attached }) => [...attached]));
	const missing = new Set(found.flatMap(({ place }) => place.missing).filter((each) => !elsewhere.has(each)));
	return {
		places: found.map(({ place }) => place),
		elsewhere,
		statements: new Map([...missing, ...task.apart].map((attestation) => [attestation, payloadOf(attestation)]))
	};
}
async function findPlaceWork(destination, { task, signing: { plan, trust } }, world) {
	const referrers = openReferrers(destination, world);
	const wanted = task.attached.filter(({ kind }) => kind !== "signature" || plan.format !== "legacy");
	const legacy = {
		referrers,
		trust,
		registry: openRepository(destination, world),
		repository: formatRepository(destination.repository),
		subjects: plan.format === "bundle" ? [] : task.subjects
	};
	const bundles = {
		referrers,
		trust,
		wanted
	};
	if (wanted.length > 0) await Promise.all(task.subjects.map(({ digest }) => referrers.probe(digest)));
	const [attached, unsigned] = await Promise.all([findAttached(bundles), missingLegacy(legacy)]);
	return {
		attached,
		place: {
			bundles,
			legacy,
			missing: wanted.filter((each) => !attached.has(each)),
			unsigned: unsigned.map((subject) => ({
				subject,
				payload: legacyPayload(subject, legacy)
			}))
		}
	};
}
function payloadOf({ kind, place, statement }) {
	return {
		kind: "statement",
		name: `${kind} of ${place}`,
		statement
	};
}
// src/pipeline/sign-images.ts
/**
* Signs and attests images where they are: looks what is missing, signs all of it at once, attaches it with one write per digest
* and repository, reads everything back and verifies it. Fails with SIGNING_FAILED, SIGNATURE_INVALID, IDENTITY_MISSING or as the
* registry does.
*/
async function signImages(tasks, { signing, files }, world) {
	const works = await Promise.all(tasks.map((task) => findSigningWork(task, signing, world)));
	const payloads = works.flatMap(({ statements, places }) => [...statements.values(), ...places.flatMap(({ unsigned }) => unsigned.map(({ payload }) => payload))]);
	world.log.info(`to be signed: ${payloads.length} of images, ${files.length} files; what is there and valid is left alone`);
	const signed = await signPayloads([...payloads, ...files], {
		...signing,
		world
	});
	const made = new Map(payloads.map((payload, at) => [payload, signed[at]]));
	const madeOf = (payload) => {
		const found = made.get(payload);
		if (found === void 0) throw new TypeError(`${payload.name} was not signed`);
		return found;
	};
	const images = works.map(({ statements }) => [...statements].map(([attestation, payload]) => ({
		attestation,
		payload: madeOf(payload)
	})));
	await Promise.all(works.flatMap((work) => work.places.map((place) => publish(place, {
		work,
		madeOf
	}, world))));
	return {
		images,
		files: signed.slice(payloads.length)
	};
}
async function publish({ bundles, legacy, missing, unsigned }, { work, madeOf }, world) {
	const bundleOf = (attestation) => {
		const payload = work.statements.get(attestation);
		const json = payload === void 0 ? work.elsewhere.get(attestation) : madeOf(payload).json;
		if (json === void 0) throw new TypeError(`${attestation.kind} of ${attestation.place} was not signed`);
		return { json };
	};
	await attachBundles(bundles, missing.map((attestation) => [attestation, bundleOf(attestation)]), world);
	await Promise.all(unsigned.map(({ subject, payload }) => putLegacy(subject, madeOf(payload), legacy)));
	await verifyAttached(bundles);
	await verifyLegacy(legacy);
}
// src/sigstore/shell-words.ts
/** One command line of a POSIX shell: words with anything special in them stand in single quotes. */
function commandLine(words) {
	return words.map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");
}
// src/sigstore/cosign-commands.ts
/** `cosign verify`, and `cosign verify-attestation` for what is attested in the registry. */
function cosignCommands(verification) {
	const { image, digest, sbom, provenance, attestTo } = verification;
	const line = (title, command) => ({
		title,
		text: commandLine([
			"cosign",
			...command,
			...trust(verification),
			`${image}@${digest}`
		]),
		language: "sh"
	});
	const attested = (wanted, title, type) => wanted && attestTo.registry ? [line(title, [
		"verify-attestation",
		"--type",
		type
	])] : [];
	return [
		line("Signature", ["verify"]),
		...attested(sbom, "SBOM", "spdxjson"),
		...attested(provenance, "Provenance", "slsaprovenance1")
	];
}
function trust({ signer, services }) {
	const { log, tsa, trustedRoot } = services;
	return [
		..."identity" in signer ? [
			"--certificate-identity",
			signer.identity.subject,
			"--certificate-oidc-issuer",
			signer.identity.issuer
		] : ["--key", signer.publicKey.file],
		...trustedRoot === void 0 ? [] : ["--trusted-root", trustedRoot],
		...log ? [] : ["--insecure-ignore-tlog"],
		...!log && tsa ? ["--use-signed-timestamps"] : []
	];
}
// src/sigstore/github-command.ts
/** `gh attestation verify`, for provenance with a GitHub identity: from the registry, or from GitHub itself. */
function githubCommand(verification) {
	const { image, digest, repository, signer, provenance, attestTo, services } = verification;
	if (repository === void 0 || !provenance || !("identity" in signer)) return [];
	const workflow = /^https:\/\/[^/]+\/([^/@]+\/[^/@]+\/[^@]+)@/.exec(signer.identity.subject)?.[1];
	if (workflow === void 0 || !services.log) return [];
	const fromRegistry = attestTo.registry && !attestTo.github ? ["--bundle-from-oci"] : [];
	const root = services.trustedRoot === void 0 ? [] : ["--custom-trusted-root", services.trustedRoot];
	return [{
		title: "Provenance, by the GitHub CLI",
		text: commandLine([
			"gh",
			"attestation",
			"verify",
			...[
				`oci://${image}@${digest}`,
				"--repo",
				repository,
				"--signer-workflow",
				workflow
			],
			...fromRegistry,
			...root
		]),
		language: "sh"
	}];
}
// src/sigstore/verification.ts
var import_dist = require_dist$5();
/** The statements that a policy may ask for in the registry. */
function attestedTypes({ sbom, provenance, attestTo }) {
	if (!attestTo.registry) return [];
	return [...provenance ? [predicateTypes.provenance] : [], ...sbom ? [predicateTypes.spdx] : []];
}
// src/sigstore/kyverno-policy.ts
/**
* A Kyverno ClusterPolicy that lets only images with our signature, and what we attest, run. Bundles are read by Kyverno
* as `SigstoreBundle` with certificates only; for a key it needs the legacy form (kyverno/kyverno#14233).
*/
function kyvernoPolicy(verification) {
	const { image, signer, format } = verification;
	const keyed = "publicKey" in signer;
	const bundle = !keyed && format !== "legacy";
	if (keyed && format === "bundle") return [];
	const attestors = [{ entries: [attestor(verification)] }];
	const attestations = bundle ? attestedTypes(verification).map((type) => ({
		type,
		attestors
	})) : [];
	const rule = {
		name: "signature",
		match: { any: [{ resources: { kinds: ["Pod"] } }] },
		verifyImages: [{
			imageReferences: [`${image}:*`, `${image}@*`],
			type: bundle ? "SigstoreBundle" : "Cosign",
			failureAction: "Enforce",
			attestors,
			...attestations.length === 0 ? {} : { attestations }
		}]
	};
	const policy = {
		apiVersion: "kyverno.io/v1",
		kind: "ClusterPolicy",
		metadata: { name: `signed-${nameOf(image)}` },
		spec: {
			webhookConfiguration: { timeoutSeconds: 30 },
			rules: [rule]
		}
	};
	return [{
		title: "Kyverno",
		text: (0, import_dist.stringify)(policy, {
			lineWidth: 0,
			aliasDuplicateObjects: false
		}),
		language: "yaml"
	}];
}
function attestor({ signer, services }) {
	const rekor = services.log ? services.rekor === void 0 ? {} : { rekor: { url: services.rekor } } : { rekor: { ignoreTlog: true } };
	return "identity" in signer ? { keyless: {
		subject: signer.identity.subject,
		issuer: signer.identity.issuer,
		...rekor
	} } : { keys: {
		publicKeys: signer.publicKey.pem,
		...rekor
	} };
}
/** The last part of the repository's path, as a name in Kubernetes may be. */
function nameOf(image) {
	return (image.split("/").at(-1) ?? image).toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}
// src/sigstore/controller-policy.ts
/**
* A ClusterImagePolicy of Sigstore's policy-controller (0.13 or later for bundles). For a private instance it refers to a
* TrustRoot named `private`, which is made in the cluster from the instance's trusted root.
*/
function controllerPolicy(verification) {
	const { image, format } = verification;
	const attestations = format === "legacy" ? [] : attestedTypes(verification).map(attestation);
	const authority = {
		name: "build",
		...whoOf(verification),
		...witnessesOf(verification),
		...format === "legacy" ? {} : { signatureFormat: "bundle" },
		...attestations.length === 0 ? {} : { attestations }
	};
	const policy = {
		apiVersion: "policy.sigstore.dev/v1beta1",
		kind: "ClusterImagePolicy",
		metadata: { name: `signed-${nameOf(image)}` },
		spec: {
			images: [{ glob: `${image}:*` }, { glob: `${image}@*` }],
			authorities: [authority]
		}
	};
	return [{
		title: "policy-controller",
		text: (0, import_dist.stringify)(policy, { lineWidth: 0 }),
		language: "yaml"
	}];
}
function whoOf({ signer, services }) {
	if ("publicKey" in signer) return { key: {
		data: signer.publicKey.pem,
		hashAlgorithm: "sha256"
	} };
	const { issuer, subject } = signer.identity;
	return { keyless: {
		url: services.fulcio,
		identities: [{
			issuer,
			subject
		}],
		...rootOf(services)
	} };
}
function witnessesOf({ services }) {
	const { log, rekor, tsa, trustedRoot } = services;
	const root = rootOf(services);
	return {
		ctlog: log ? {
			...rekor === void 0 ? {} : { url: rekor },
			...root
		} : {},
		...tsa && trustedRoot !== void 0 ? { rfc3161timestamp: root } : {}
	};
}
function rootOf({ trustedRoot }) {
	return trustedRoot === void 0 ? {} : { trustRootRef: "private" };
}
function attestation(predicateType, at) {
	return {
		name: `attestation-${at + 1}`,
		predicateType
	};
}
// src/sigstore/verify-commands.ts
/** Every way of verifying the image that fits how it was signed, with the right identity. */
function verifyTexts(verification) {
	return [
		...cosignCommands(verification),
		...githubCommand(verification),
		...kyvernoPolicy(verification),
		...controllerPolicy(verification)
	];
}
// src/pipeline/verification-facts.ts
/** Commands and policies that verify an image as it was signed, with the right identity. */
function verificationOf(image, { plan, trust, services }, { repository }) {
	const { signer } = trust;
	return verifyTexts({
		image: image.repository,
		digest: image.digest,
		signer: "publicKey" in signer ? { publicKey: {
			pem: signer.publicKey,
			file: "cosign.pub"
		} } : { identity: {
			subject: String(signer.identity.subject),
			issuer: signer.identity.issuer
		} },
		format: plan.format,
		sbom: plan.sbom,
		provenance: plan.provenance,
		attestTo: plan.attestTo,
		...repository === void 0 ? {} : { repository },
		services: {
			log: plan.log && services.rekor !== void 0,
			tsa: services.tsa !== void 0,
			fulcio: services.fulcio,
			...services.rekor === void 0 ? {} : { rekor: services.rekor.url },
			...services.trustedRoot === void 0 ? {} : { trustedRoot: basename(services.trustedRoot) }
		}
	});
}
// src/pipeline/sign-stage.ts
/** Signs and attests images and packages, reads back and verifies what is in the registry, and keeps every bundle in the output folder. */
async function signStage(wish, world) {
	const { plan, output, packages } = wish;
	const signing = await openSigning(plan, world);
	const builder = builderOf(signing.trust.signer);
	const facts = plan.provenance && wish.provenance ? provenanceFacts(wish.provenance, builder, world) : void 0;
	const tasks = await Promise.all(wish.images.map(async ({ destinations, places }) => {
		const [repository = ""] = namesOf(destinations);
		const all = await attestationsOf({
			repository,
			places,
			sbom: plan.sbom,
			provenance: facts,
			scannedBy: {
				builder,
				run: world.context.url ?? ""
			}
		});
		const inRegistry = ({ kind }) => kind === "signature" || plan.attestTo.registry;
		return {
			destinations,
			attached: all.filter(inRegistry),
			apart: all.filter((each) => !inRegistry(each)),
			subjects: places.map(({ subject }) => subject)
		};
	}));
	const files = packages === void 0 ? [] : packagePayloads(packages, facts);
	const signed = await signImages(tasks, {
		signing,
		files: files.map(({ payload }) => payload)
	}, world);
	const packageBundles = await Promise.all(files.map(async ({ bundle }, at) => {
		await writeFile(bundle, signed.files[at]?.json ?? "");
		return relative(output, bundle);
	}));
	const images = wish.images.map(async (image, at) => {
		const made = signed.images[at] ?? [];
		return signaturesOf({
			image,
			made,
			github: await uploadToGithub(made, {
				plan,
				token: wish.githubToken,
				destinations: image.destinations
			}, world),
			signing,
			output
		}, world);
	});
	return {
		images: await Promise.all(images),
		packageBundles
	};
}
async function signaturesOf({ image, made, github, signing, output }, world) {
	await mkdir(image.bundles, { recursive: true });
	const bundles = made.map(async ({ attestation: { kind, place, subject }, payload }) => {
		const file = join(image.bundles, `${place.replaceAll("/", "-")}.${kind}.sigstore.json`);
		await writeFile(file, payload.json);
		return {
			kind,
			place,
			digest: subject.digest,
			file: relative(output, file)
		};
	});
	const { signer } = signing.trust;
	const digest = image.places[0]?.subject.digest ?? "";
	const verify = namesOf(image.destinations).map((repository) => verificationOf({
		repository,
		digest
	}, signing, world.context));
	return {
		signer: "publicKey" in signer ? signer : {
			subject: String(signer.identity.subject),
			issuer: signer.identity.issuer
		},
		bundles: await Promise.all(bundles),
		github,
		verify: [...verify[0] ?? [], ...verify.slice(1).flatMap((texts) => texts.filter(({ language }) => language === "sh"))]
	};
}
function namesOf(destinations) {
	return destinations.map(({ repository }) => formatRepository(repository));
}
/** Who built it, as verifiers of provenance know them: the identity that signs. With a key nobody vouches for more than this program. */
function builderOf(signer) {
	return "publicKey" in signer ? "https://github.com/org/giropops-build" : String(signer.identity.subject);
}
// src/pipeline/sign-each.ts
/**
* Signs images and packages in one go; when that fails and there are several images, the packages and each image alone, so that
* one does not stop the others. What was signed by then is found to be valid and not signed again.
*/
async function signEach(pushed, wish, world) {
	const repository = wish.repository?.packages.length ? wish.repository : void 0;
	const githubToken = wish.inputs["github-token"];
	const sign = (images, packages) => signStage({
		...wish,
		images: images.map((image) => imageToSign(image, wish.scans)),
		packages,
		githubToken
	}, world);
	const signOne = async (image) => signedImage(image, (await sign([image], void 0)).images[0]);
	try {
		const { images, packageBundles } = await sign(pushed, repository);
		return {
			images: pushed.map((image, at) => ({ value: signedImage(image, images[at]) })),
			packageBundles,
			failures: []
		};
	} catch (error) {
		const failures = foreseen(error);
		if (pushed.length === 0) throw error;
		if (pushed.length === 1) return {
			images: [{ failures }],
			packageBundles: [],
			failures: []
		};
		const [alone] = repository === void 0 ? [] : await eachAlone([repository], (each) => sign([], each));
		return {
			images: await eachAlone(pushed, signOne),
			packageBundles: alone !== void 0 && "value" in alone ? alone.value.packageBundles : [],
			failures: alone !== void 0 && "failures" in alone ? alone.failures : []
		};
	}
}
function signedImage(image, signatures) {
	if (signatures === void 0) throw new TypeError(`${image.made.plan.name} was not signed`);
	return {
		image,
		signatures
	};
}
function imageToSign({ made: { plan, built }, places }, scans) {
	const { index, indexSbom, platforms, layout } = built;
	const scan = scans.get(plan.file.file);
	return {
		destinations: places.map(({ destination }) => destination),
		bundles: join(dirname(layout), "bundles"),
		places: [{
			place: "index",
			subject: index,
			sbom: indexSbom,
			apks: platforms.flatMap(({ apks }) => apks),
			scan
		}, ...platforms.map(({ platform, manifest, sbom, apks }) => ({
			place: platform,
			subject: manifest,
			sbom,
			apks,
			scan
		}))]
	};
}
export { openSigning as i, signStage as n, checkSigning as r, signEach as t };

// Checks the file of a draw (docs/draws.md), with nothing of Tremplin's in it. Anyone may copy it.
// node verify-draw.mjs draw.json COMMITMENT LIST   on a page: import { verify } from "./verify-draw.mjs"
const UNIT = 1000000, sum = (list) => list.reduce((a, b) => a + b, 0), gcd = (a, b) => (b ? gcd(b, a % b) : a);
const whole = (x, low, high) => Number.isSafeInteger(x) && low <= x && x <= high, slot = (widths, at) => widths.findIndex((width) => (at -= width) < 0);
const sorted = (x) => (Array.isArray(x) ? x.map(sorted) : x && typeof x === "object" ? Object.fromEntries(Object.keys(x).sort().map((name) => [name, sorted(x[name])])) : x);
export const canonical = (x) => JSON.stringify(sorted(x)).replace(/[\x7f-\uffff]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"));
export const sha256 = async (text) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");
export async function draw(list, promise, reveal) { // the whole file again, from what was promised and revealed
  const { groups, panels, weights, chances } = list, fair = chances.length > 0, commitment = await sha256(canonical(promise));
  const seed = await sha256([commitment, reveal.secret, ...reveal.values].join("|"));
  const key = (...words) => sha256([seed, ...words].join("|"));
  const number = async (word, below) => Number((BigInt("0x" + (await key(word))) * BigInt(below)) >> 256n);
  const codes = groups.flat().sort(), first = {}, other = {}, odds = {}, all = {}, taken = new Set();
  for (const code of codes) [first[code], other[code]] = [await key(code), await key("control", code)];
  const by = (keys) => (a, b) => (keys[a] < keys[b] ? -1 : 1), lines = groups.map((group) => [...group].sort(by(first)));
  const seats = (g) => weights.reduce((total, weight, p) => total + BigInt(weight) * BigInt(panels[p][g]), 0n);
  groups.forEach((group, g) => group.forEach((code, i) => { // everybody's chance: odds out of all
    [odds[code], all[code]] = fair ? [BigInt(chances[g][i]), BigInt(UNIT)] : [seats(g), BigInt(sum(weights)) * BigInt(group.length)];
  }));
  const panel = fair ? null : slot(weights, await number("panel", sum(weights))), start = fair ? await number("start", UNIT) : 0;
  let end = 0; // chances lie end to end; whoever lies at the start or whole units further on is taken
  const passed = () => Math.ceil((end - start) / UNIT), before = (code) => [passed(), (end += Number(odds[code]))][0];
  if (fair) lines.flat().forEach((code) => before(code) < passed() && taken.add(code));
  else lines.forEach((line, g) => line.slice(0, panels[panel][g]).forEach((code) => taken.add(code)));
  const free = (code) => !taken.has(code), left = codes.filter((code) => odds[code] && free(code)), reserve = [];
  if (!fair) reserve.push(...lines.flatMap((line) => line.filter(free).slice(0, list.reserve)).sort(by(first)));
  else while (left.length && reserve.length < list.reserve) { // one after the other, in proportion
    const widths = left.map((code) => Number(odds[code]));
    reserve.push(...left.splice(slot(widths, await number("reserve|" + reserve.length, sum(widths))), 1));
  }
  const late = (code) => Number(reserve.includes(code)), least = (code) => gcd(odds[code], all[code]);
  const control = codes.filter((code) => odds[code] && free(code)).sort((a, b) => late(a) - late(b) || by(other)(a, b)).slice(0, list.control);
  const probabilities = Object.fromEntries(codes.map((code) => [code, `${odds[code] / least(code)}/${all[code] / least(code)}`]));
  return { format: "tremplin-draw/1", commitment, promise, reveal, list, seed, panel, chosen: [...taken].sort(by(first)), reserve, control, probabilities };
}
export async function verify(text, published = "", listed = "") { // the names of all faults; none when the draw holds
  const faults = [], must = (holds, fault) => holds || faults.push(fault), file = JSON.parse(text);
  const { list, promise, reveal } = file, codes = list.groups.flat(), seats = new Set(list.panels.map(sum)).size === 1;
  must(codes.every((code) => /^[0-9a-z]{4,32}$/.test(code)) && new Set(codes).size === codes.length, "entries");
  must([list.reserve, list.control].every((x) => whole(x, 0, 2 ** 53 - 1)), "reserve or control");
  must(list.groups.every((group) => canonical(group) === canonical([...group].sort())), "groups not sorted");
  must(list.chances.length ? !list.panels.length && !list.weights.length && list.chances.length === list.groups.length
    && list.chances.every((row, g) => row.length === list.groups[g].length && row.every((x) => whole(x, 0, UNIT))) && sum(list.chances.flat()) % UNIT === 0
    : seats && list.panels.length === list.weights.length && list.weights.every((x) => whole(x, 1, 2 ** 53 - 1)) && whole(sum(list.weights), 1, 2 ** 53 - 1)
      && list.panels.every((row) => row.length === list.groups.length && row.every((x, g) => whole(x, 0, list.groups[g].length))), "list");
  must((reveal.secret && (await sha256(reveal.secret))) === promise.sealed && (promise.sealed || promise.sources.length), "secret");
  must(reveal.values.length === promise.sources.length && ![reveal.secret, ...reveal.values].some((x) => x.includes("|")), "values");
  must(promise.sources.every(({ kind, name }, i) => kind !== "drand" || (/^[0-9a-f]{64}\/[1-9][0-9]*$/.test(name) && /^([0-9a-f]{2}){48,}$/.test(reveal.values[i] ?? ""))), "drand");
  must(!published || published === file.commitment, "commitment published"), must(!listed || listed === (await sha256(canonical(list))), "list published");
  must(!promise.listed || promise.listed === (await sha256(canonical(list))), "list promised");
  const again = faults.length ? {} : await draw(list, promise, reveal);
  for (const name of Object.keys(again)) must(canonical(again[name]) === canonical(file[name] ?? null), name);
  must(faults.length || canonical(again) + "\n" === text, "canonical form");
  return faults;
}
if (globalThis.process?.argv[1]?.endsWith("verify-draw.mjs")) {
  const found = await verify((await import("node:fs")).readFileSync(process.argv[2], "utf8"), ...process.argv.slice(3));
  console.log((process.exitCode = Number(found.length > 0)) ? `does not hold: ${found.join(", ")}` : "holds");
}

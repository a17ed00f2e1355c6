// The search: the box on each page, and the search page. Its index (search.py) is loaded when somebody begins to search,
// as a script, because a page opened from a folder may load nothing else.
"use strict";

(() => {
	const { kept, keep, say, count, live, make } = window.runbook;
	const root = document.documentElement.dataset.root ?? "";

	// --- words, as in words_of.py
	const WORD = /[\p{L}\p{N}_]+(?:[.\-/:]+[\p{L}\p{N}_]+)*/gu;
	const ALONE = /[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]/gu;
	const counts = (word) => word.length > 1 || word > "\u3040";
	const cut = (word) => [...word].slice(0, 60).join("");
	const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase()
		.replaceAll("ß", "ss").replace(ALONE, " $& ");

	// What is looked for: each word whole, and its parts in case that no page has the whole.
	const wanted = (query) => (folded(query).match(WORD) ?? [])
		.map((word) => ({ whole: cut(word.replace(/^_+|_+$/g, "")), parts: word.split(/[_.\-/:]+/).filter(counts).map(cut) }))
		.filter(({ whole }) => counts(whole));

	// --- the index
	let loading;
	const load = (show, told) => (loading ??= new Promise((done, failed) => {
		const script = make("script", { src: `${root}assets/search-index.js` });
		script.onload = () => done(read(window.runbookIndex));
		script.onerror = failed;
		document.head.append(script);
	})).then(show, () => {
		loading = null;
		told.textContent = say("The search cannot be loaded");
	});

	function read({ digits, pages, words }) {
		const index = { lines: pages.split("\n"), pageOf: [], terms: [], places: [], value: new Uint8Array(128) };
		index.lines.forEach((line, at) => index.pageOf.push(line.startsWith("\t") ? index.pageOf[at - 1] : at));
		[...digits].forEach((digit, at) => { index.value[digit.charCodeAt(0)] = at; });
		let term = "";
		for (const line of words.split("\n")) {
			const gap = line.indexOf(" ");
			term = term.slice(0, index.value[line.charCodeAt(0)]) + line.slice(1, gap);
			index.terms.push(term);
			index.places.push(line.slice(gap + 1));
		}
		return index;
	}

	// How well each line has words that begin so: 0 not at all, 2 in its text, 4 better, 6 in its title; 1 more if whole.
	function scores({ lines, terms, places, value }, start) {
		const found = new Uint8Array(lines.length);
		let at = 0;
		for (let high = terms.length; at < high;) {
			const middle = (at + high) >> 1;
			if (terms[middle] < start) at = middle + 1; else high = middle;
		}
		const first = at;
		for (; at < terms.length && terms[at].startsWith(start); at++) {
			const base = terms[at] === start ? 3 : 2;
			let line = 0, number = 0, factor = 1;
			for (let i = 0; i < places[at].length; i++) {
				const digit = value[places[at].charCodeAt(i)];
				if (digit >= 60) {
					number += (digit - 60) * factor;
					factor *= 30;
				} else {
					number += digit * factor;
					line += Math.floor(number / 3);
					found[line] = Math.max(found[line], base + 2 * (number % 3));
					number = 0;
					factor = 1;
				}
			}
		}
		return at > first && found;
	}

	function matching(index, { whole, parts }) {
		const found = scores(index, whole);
		if (found || parts.length < 2) return found;
		const each = parts.map((part) => scores(index, part));
		return each.every(Boolean) && each[0].map((_, line) => Math.min(...each.map((one) => one[line])));
	}

	// What a score counts: a title most, and of a page more than of a step.
	const OF_PAGE = [0, 0, 2, 3, 6, 8, 20, 24], OF_STEP = [0, 0, 1, 2, 4, 6, 10, 12];

	// The lines that have all words, the best first. A step has those of its page as well; a page that has them all in
	// several steps comes last.
	function search(index, words) {
		const found = words.map((word) => matching(index, word));
		const results = [], pages = new Map();
		if (!words.length || !found.every(Boolean)) return results;
		index.pageOf.forEach((page, line) => {
			const weights = line === page ? OF_PAGE : OF_STEP;
			let own = 0, has = 0, missing = 0, score = 0;
			found.forEach((one, at) => {
				if (one[line]) { own++; has |= 1 << at; score += weights[one[line]]; } else if (!one[page]) missing++;
			});
			if (!own) return;
			const best = pages.get(page) ?? { line, own, has: 0, score: 0, shown: false };
			if (own > best.own) Object.assign(best, { line, own });
			best.has |= has;
			if (!missing) best.shown = results.push({ line, score });
			pages.set(page, best);
		});
		for (const each of pages.values()) if (!each.shown && each.has === (1 << found.length) - 1) results.push(each);
		return results.sort((a, b) => b.score - a.score || a.line - b.line);
	}

	// --- a result
	function marked(text, words) {
		const starts = words.flatMap(({ parts }) => parts);
		return text.split(/([\u3041-\u30ff\u3400-\u9fff]|[\p{L}\p{N}\p{M}]+)/u).map((piece, at) => {
			const plain = folded(piece).trim();
			return at % 2 && starts.some((start) => plain.startsWith(start)) ? make("mark", {}, piece) : piece;
		});
	}

	function filled(link, index, { line }, words) {
		const [path, title, group = ""] = index.lines[index.pageOf[line]].split("\t");
		const [, anchor, number, name, ...shown] = line === index.pageOf[line] ? [] : index.lines[line].split("\t");
		const add = (className, text) => text && link.append(make("span", { className }, ...marked(text, words)), " ");
		const hits = (text) => words.filter(({ parts }) => folded(text).includes(parts[0])).length;
		link.href = root + path.split("/").map(encodeURIComponent).join("/");
		if (anchor) link.hash = encodeURIComponent(anchor.startsWith("#") ? anchor.slice(1) : `step-${anchor}`);
		add("title", anchor ? `${number ?? ""} ${name ?? ""}`.trim() : title);
		add("where", anchor ? title : group);
		add("snippet", shown.sort((a, b) => hits(b) - hits(a))[0]);
		return link;
	}

	// --- the box at the top
	function box(field, list) {
		const told = live("unseen");
		field.form.append(told);
		let current = -1;

		function choose(at) {
			current = at;
			[...list.children].forEach((option, each) => { option.ariaSelected = each === at; });
			field.setAttribute("aria-activedescendant", list.children[at]?.id ?? "");
			list.children[at]?.scrollIntoView({ block: "nearest" });
		}

		function open(value) {
			list.hidden = !value;
			field.ariaExpanded = value;
			choose(-1);
		}

		function show(index) {
			const words = wanted(field.value);
			const results = search(index, words);
			const seen = {};
			const few = results.filter(({ line }) => { // of one page at most three
				const page = index.pageOf[line];
				return (seen[page] = (seen[page] ?? 0) + 1) <= 3;
			});
			const options = few.slice(0, 10).map((result) => filled(make("a"), index, result, words));
			options.push(results.length
				? make("a", { href: `${root}search.html?q=${encodeURIComponent(field.value)}` }, say("All results"))
				: make("a", { href: `${root}all.html` }, say("Nothing found: all pages from A to Z")));
			options.forEach((option, at) => Object.assign(option, { id: `found-${at}`, role: "option", tabIndex: -1 }));
			list.replaceChildren(...options);
			open(words.length > 0);
			told.textContent = words.length ? count(results.length, "{number} result", "{number} results") : "";
		}

		const update = () => load((index) => document.activeElement === field && show(index), told);
		field.addEventListener("focus", update);
		field.addEventListener("input", update);
		field.addEventListener("blur", () => open(false));
		field.addEventListener("keydown", (event) => {
			const number = list.hidden ? 0 : list.children.length;
			if (event.key === "Escape" && number) open(false);
			else if (event.key === "ArrowDown" && number) choose(current + 1 < number ? current + 1 : -1);
			else if (event.key === "ArrowUp" && number) choose((current < 0 ? number : current) - 1);
			else if (event.key === "ArrowDown") update();
			else if (event.key === "Enter" && current >= 0) list.children[current].click();
			else return;
			event.preventDefault();
		});
		list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
		list.addEventListener("click", () => open(false));
	}

	// --- the search page
	function page(main, field) {
		const groups = main.querySelector("select");
		const told = main.querySelector("[data-found]");

		function show(index) {
			const words = wanted(field.value);
			const chosen = groups.value;
			const groupOf = ({ line }) => index.lines[index.pageOf[line]].split("\t")[2] ?? "";
			const results = search(index, words);
			const names = new Set([...results.map(groupOf), chosen].filter(Boolean));
			groups.replaceChildren(groups.options[0], ...[...names].sort().map((name) => new Option(name, name)));
			groups.value = chosen;
			const some = results.filter((result) => !chosen || groupOf(result) === chosen);
			const first = some.slice(0, 50).map((result) => make("li", { className: "result" }, filled(make("a"), index, result, words)));
			main.querySelector("[data-results]").replaceChildren(...first);
			const found = count(some.length, "{number} result", "{number} results");
			told.textContent = !words.length ? "" : some.length > 50 ? say("{found}, the best 50 are shown", { found }) : found;
		}

		function update() {
			load(show, told);
			try { history.replaceState(null, "", `?${new URLSearchParams({ q: field.value })}`); } catch { /* from a folder */ }
		}

		field.value = new URLSearchParams(location.search).get("q") ?? "";
		for (const each of [field, groups]) each.addEventListener("input", update);
		field.form.addEventListener("submit", (event) => event.preventDefault());
		for (const hidden of main.querySelectorAll("[hidden]")) hidden.hidden = false;
		if (field.value) update();
		field.focus();
	}

	const top = document.getElementById("q");
	const main = document.querySelector("[data-search-page]");
	const field = main?.querySelector("input[type=search]") ?? top;
	if (top) box(top, document.getElementById("found"));
	if (main) page(main, field);

	// The key `/` leads to the search where nothing is typed; whoever speaks to the computer switches it off.
	const off = () => kept("localStorage", "runbook:slash");
	const slash = main?.querySelector("[data-slash]");
	if (slash) slash.checked = !off();
	slash?.addEventListener("change", () => keep("localStorage", "runbook:slash", slash.checked ? "" : "off"));
	document.addEventListener("keydown", (event) => {
		const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
		if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || off()) return;
		event.preventDefault();
		field?.focus();
	});
})();

// What a page does beyond being read: theme, inputs that fill commands, copying, ticks, tables, contents, print.
"use strict";

(() => {
	const { kept, keep, say, count, live, make, showTheme } = window.runbook;
	const page = document.documentElement;
	const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
	const main = document.querySelector("main");
	const { process, version } = main?.dataset ?? {};

	// What needs scripts is hidden in the page, itself or with what stands around it.
	const reveal = (element) => element.closest("[hidden]")?.removeAttribute("hidden");

	all("[data-scripted]").forEach((element) => reveal(element));

	// --- theme
	for (const button of all("[data-theme-button]")) {
		const names = { auto: say("Theme: automatic"), light: say("Theme: light"), dark: say("Theme: dark") };
		const order = Object.keys(names);
		const show = () => { button.textContent = names[page.dataset.theme]; };
		button.addEventListener("click", () => {
			showTheme(order[(order.indexOf(page.dataset.theme) + 1) % 3]);
			keep("localStorage", "runbook:theme", page.dataset.theme);
			show();
		});
		show();
		reveal(button);
	}

	// --- inputs
	const fields = all("[data-input]:not([type=password])"); // what is secret is put nowhere
	const typed = (field) => (field.type === "checkbox" ? String(field.checked) : field.value.trim());
	const valueOf = (field) => typed(field) || (field.dataset.default ?? "");

	function problemOf(field) {
		const { validity, min, max } = field;
		if (validity.badInput) return say("not a number");
		if (!valueOf(field)) return field.required ? say("needed") : "";
		if (validity.rangeUnderflow) return say("not below {limit}", { limit: min });
		if (validity.rangeOverflow) return say("not above {limit}", { limit: max });
		if (validity.stepMismatch) return say("a whole number");
		return fits(field) ? "" : say("not of the form that is asked for");
	}

	// Not `pattern`: browsers read that as a sort of expression in which `[a-z-]` is an error.
	function fits(field) {
		try { return new RegExp(field.dataset.pattern ?? "", "u").test(valueOf(field)); } catch { return true; }
	}

	const places = all("var[data-var]")
		.map((place) => ({ place, unset: place.textContent, field: fields.find((f) => f.dataset.input === place.dataset.var) }))
		.filter(({ field }) => field);

	// A value in a script, by the quotes that it stands in there.
	const quoted = {
		none: (value) => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${quoted.single(value)}'`),
		single: (value) => value.replaceAll("'", "'\\''"),
		double: (value) => value.replace(/[\\"$`]/g, "\\$&"),
	};

	function fill() {
		for (const { place, field, unset } of places) {
			const value = valueOf(field);
			place.classList.toggle("set", value !== "");
			place.textContent = value ? quoted[place.dataset.quote]?.(value) ?? value : unset;
		}
		for (const part of all("[data-optional]")) {
			const field = fields.find((each) => each.dataset.input === part.dataset.optional);
			part.hidden = !field || !typed(field);
		}
		copies.forEach(label);
	}

	function check(field, touched) {
		const problem = touched || typed(field) ? problemOf(field) : "";
		document.getElementById(`problem-${field.dataset.input}`).textContent = problem;
		field.ariaInvalid = problem !== "";
		field.classList.toggle("invalid", problem !== "");
	}

	for (const field of fields) {
		const name = field.dataset.input;
		const store = `runbook:${process}:${name}`;
		const before = kept("sessionStorage", store);
		const note = live("problem", { id: `problem-${name}` });
		(field.closest("label") ?? field).after(note);
		field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${note.id}`);
		if (before !== null) Object.assign(field, { value: before, checked: before === "true" });
		field.addEventListener("input", () => {
			check(field, true);
			fill();
			keep("sessionStorage", store, typed(field));
		});
		field.form?.addEventListener("submit", (event) => event.preventDefault());
		check(field, false);
	}

	// --- copying
	const copies = all("[data-copy], [data-copy-from]").map((button) => {
		const from = document.getElementById(button.dataset.copyFrom) ?? button.closest(".command");
		return { button, code: from.querySelector("code"), name: button.textContent || say("Copy") };
	});
	const told = live("unseen");

	function label({ button, code, name }) {
		const open = places.filter(({ place, field }) => code.contains(place) && !place.closest("[hidden]") && (!valueOf(field) || problemOf(field)));
		const names = [...new Set(open.map(({ place }) => place.dataset.var))].join(", ");
		button.textContent = names ? say("{copy} (fill in: {names})", { copy: name, names }) : name;
	}

	// Without https there is no clipboard but by the old command.
	async function copy(text) {
		try {
			await navigator.clipboard.writeText(text);
			return true;
		} catch { /* the old one, then */ }
		const back = document.activeElement;
		const area = make("textarea", { value: text, readOnly: true });
		Object.assign(area.style, { position: "fixed", top: "0", opacity: "0" });
		document.body.append(area);
		area.focus();
		area.select();
		const done = document.execCommand("copy");
		area.remove();
		back?.focus({ preventScroll: true });
		return done;
	}

	for (const each of copies) {
		reveal(each.button);
		each.button.addEventListener("click", async () => {
			const shown = each.code.cloneNode(true);
			for (const part of all("[hidden]", shown)) part.remove();
			const done = await copy(shown.textContent.replace(/\n+$/, ""));
			each.button.textContent = told.textContent = done ? say("Copied") : say("Not copied: select the text");
			clearTimeout(each.timer);
			each.timer = setTimeout(() => { label(each); told.textContent = ""; }, 2000);
		});
	}
	if (copies.length) document.body.append(told);
	fill();

	// --- ticks: of one version of the process; after a change of it they say nothing
	const boxes = all("input[data-tick]");
	const steps = boxes.filter((box) => box.closest(".step"));
	const counted = steps.length ? steps : boxes;
	const key = `runbook:${process}:${version}`;

	function progress() {
		const next = counted.find((box) => !box.checked)?.closest(".step");
		const number = counted.filter((box) => box.checked).length;
		for (const line of all("[data-progress]")) {
			line.textContent = say("{number} of {total} done", { number, total: counted.length });
			const name = next?.querySelector(".number")?.textContent.trim();
			if (name && number) line.append(", ", make("a", { href: `#${next.id}` }, say("next: {step}", { step: name })));
			reveal(line);
		}
		for (const box of steps) box.closest(".step").classList.toggle("done", box.checked);
		for (const clear of all("[data-clear-ticks]")) clear.hidden = !boxes.some((box) => box.checked);
	}

	if (process && boxes.length) {
		try {
			const others = Object.keys(localStorage).filter((each) => each.startsWith(`runbook:${process}:`) && each !== key);
			for (const each of others) localStorage.removeItem(each);
		} catch { /* no storage, no ticks */ }
		const ticked = kept("localStorage", key)?.split("\n") ?? [];
		const changed = () => {
			const names = boxes.filter((box) => box.checked).map((box) => box.dataset.tick);
			keep("localStorage", key, names.join("\n"));
			progress();
		};
		for (const box of boxes) {
			box.checked = ticked.includes(box.dataset.tick);
			reveal(box);
			box.addEventListener("change", changed);
		}
		for (const clear of all("[data-clear-ticks]")) {
			clear.addEventListener("click", () => {
				for (const box of boxes) box.checked = false;
				changed();
				boxes[0].focus();
			});
		}
		progress();
	}

	// --- tables
	const { compare } = new Intl.Collator(page.lang || undefined, { numeric: true });
	for (const table of all("table[data-sortable]")) {
		const [body] = table.tBodies;
		for (const head of all("thead th:not([data-unsorted])", table)) {
			const button = make("button", { type: "button", className: "sort" }, ...head.childNodes);
			head.append(button);
			button.addEventListener("click", () => {
				const up = head.ariaSort === "ascending" ? -1 : 1;
				for (const each of all("th", table)) each.ariaSort = each !== head ? null : up > 0 ? "ascending" : "descending";
				const rows = [...body.rows].map((row) => {
					const cell = row.cells[head.cellIndex];
					return [cell?.dataset.value ?? cell?.textContent.trim() ?? "", row];
				});
				// What has no value stands last either way.
				rows.sort(([a], [b]) => (a === "") - (b === "") || up * (a - b || compare(a, b)));
				body.append(...rows.map(([, row]) => row));
			});
		}
	}

	for (const field of all("input[data-filter]")) {
		const table = document.querySelector("table[data-sortable]");
		if (!table) continue;
		const found = live("muted");
		field.after(found);
		field.addEventListener("input", () => {
			const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
			const rows = [...table.tBodies[0].rows];
			for (const row of rows) {
				const text = `${row.dataset.words ?? ""} ${row.textContent}`.toLowerCase();
				row.hidden = !words.every((word) => text.includes(word));
			}
			const shown = rows.filter((row) => !row.hidden).length;
			found.textContent = words.length ? count(shown, "{number} row", "{number} rows") : "";
		});
		reveal(field);
	}

	// --- contents: the section that is being read
	const links = all(".contents a[href^='#']")
		.map((link) => ({ link, mark: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
		.filter(({ mark }) => mark);

	function here() {
		const end = window.innerHeight + window.scrollY >= page.scrollHeight - 2;
		const read = links.filter(({ mark }) => end || mark.getBoundingClientRect().top <= window.innerHeight / 4);
		const now = read.at(-1) ?? links[0];
		for (const each of links) each.link.ariaCurrent = each === now ? "true" : null;
	}

	if (links.length) {
		for (const event of ["scroll", "resize"]) window.addEventListener(event, () => requestAnimationFrame(here));
		here();
	}

	// --- print: what is closed cannot be opened on paper
	let opened = [];
	const open = (value) => { for (const each of opened) each.open = value; };
	window.addEventListener("beforeprint", () => { opened = all("main details:not([open])"); open(true); });
	window.addEventListener("afterprint", () => open(false));
})();

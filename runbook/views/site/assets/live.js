// The preview: shows a page anew when it has changed, where it was and with what was typed, and what is wrong meanwhile.
"use strict";

(() => {
	const { page, key, mark } = document.currentScript.dataset;
	const say = window.runbook?.say ?? ((text) => text);
	const panel = document.getElementById("live");
	const store = `runbook:live:${location.pathname}`;
	const all = (selector) => [...document.querySelectorAll(selector)];
	let shown = mark;
	let source = null;
	let again = 0;

	// --- what a reload would lose; a secret is put nowhere, and ticks keep themselves
	const fields = () => all("main input, main select, main textarea, form.search input")
		.filter((field) => !["password", "file", "submit"].includes(field.type) && !("tick" in field.dataset));
	const nameOf = (field, place) => field.dataset.input ?? (field.id || field.name || `${place}`);

	// What has a name and is nearest to the top of what is seen stays where it is, whatever comes or goes above it.
	function landmark() {
		if (window.scrollY === 0) return null;
		const seen = all("main [id]").filter((each) => each.getClientRects().length);
		const tops = seen.map((each) => ({ id: each.id, top: each.getBoundingClientRect().top }));
		return tops.reduce((best, each) => (!best || Math.abs(each.top) < Math.abs(best.top) ? each : best), null);
	}

	function remember() {
		const typed = {};
		fields().forEach((field, place) => {
			typed[nameOf(field, place)] = field.type === "checkbox" ? field.checked : field.value;
		});
		const active = document.activeElement;
		const focus = fields().indexOf(active);
		const state = {
			typed,
			at: landmark(),
			y: window.scrollY,
			open: all("main details").map((each) => each.open),
			focus: focus < 0 ? null : nameOf(active, focus),
			caret: focus < 0 || !/^(text|search|tel|url|textarea)$/.test(active.type) ? null : active.selectionStart,
		};
		try { sessionStorage.setItem(store, JSON.stringify(state)); } catch { /* no storage: the page begins anew */ }
	}

	function restore() {
		let state = null;
		try {
			state = JSON.parse(sessionStorage.getItem(store));
			sessionStorage.removeItem(store);
		} catch { /* nothing is remembered */ }
		if (!state) return;
		history.scrollRestoration = "manual"; // of this one visit: what follows knows better
		fields().forEach((field, place) => {
			const name = nameOf(field, place);
			const before = state.typed[name];
			const now = field.type === "checkbox" ? field.checked : field.value;
			if (before !== undefined && before !== now) {
				Object.assign(field, field.type === "checkbox" ? { checked: before } : { value: before });
				field.dispatchEvent(new Event("input", { bubbles: true }));
			}
			if (name === state.focus) {
				field.focus({ preventScroll: true });
				if (state.caret !== null) field.setSelectionRange(state.caret, state.caret);
			}
		});
		const details = all("main details");
		if (details.length === state.open.length) details.forEach((each, place) => { each.open = state.open[place]; });
		const back = () => {
			const same = state.at && document.getElementById(state.at.id);
			window.scrollTo({ left: 0, top: same ? window.scrollY + same.getBoundingClientRect().top - state.at.top : state.y, behavior: "instant" });
		};
		back();
		window.addEventListener("load", back, { once: true });
	}

	// --- what the preview says
	function take(told) {
		clearTimeout(again);
		if (told.key !== key) {
			remember();
			stop();
			location.reload();
			return;
		}
		if (told.mark === shown) return;
		shown = told.mark;
		const open = Object.fromEntries(all("#live details").map((each) => [each.dataset.live, each.open]));
		panel.innerHTML = told.panel; // escaped by whoever made it
		for (const each of all("#live details")) each.open = open[each.dataset.live] ?? each.open;
		panel.hidden = told.panel === "";
	}

	function lost() {
		shown = "lost";
		if (panel.localName !== "aside") return;
		panel.replaceChildren(Object.assign(document.createElement("p"), { textContent: say("The preview has ended.") }));
		panel.hidden = false;
	}

	function start() {
		if (source || document.hidden) return;
		source = new EventSource(`/-/news?page=${encodeURIComponent(page)}`);
		source.onmessage = (event) => take(JSON.parse(event.data));
		source.onerror = () => {
			stop(); // its own patience ends when it is refused; ours does not
			clearTimeout(again);
			again = setTimeout(start, 1000);
			if (!document.hidden) lost();
		};
	}

	function stop() {
		source?.close();
		source = null;
	}

	// A browser has few connections for all its pages: only those that are looked at listen.
	document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
	window.addEventListener("pagehide", stop);
	window.addEventListener("pageshow", start);
	restore();
	start();
})();

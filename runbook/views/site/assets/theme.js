// In <head>, before anything is painted: the theme that the reader chose. With it, what the other scripts share.
"use strict";

window.runbook = {
	// A browser that refuses storage keeps nothing; everything else works.
	kept(storage, key) {
		try { return window[storage].getItem(key); } catch { return null; }
	},
	keep(storage, key, value) {
		try { value ? window[storage].setItem(key, value) : window[storage].removeItem(key); } catch { /* refused, full */ }
	},
	// A text in the language of the site (words.js), with the values that stand in braces in it.
	say(text, values = {}) {
		return (window.runbookWords?.[text] ?? text).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
	},
	count: (number, one, several) => window.runbook.say(number === 1 ? one : several, { number }),
	make(tag, properties, ...children) {
		const made = Object.assign(document.createElement(tag), properties);
		made.append(...children);
		return made;
	},
	// A place whose text is read out when it changes.
	live: (className, properties) => window.runbook.make("span", { className, role: "status", ...properties }),
	showTheme(theme) {
		document.documentElement.dataset.theme = ["light", "dark"].includes(theme) ? theme : "auto";
	},
};
window.runbook.showTheme(window.runbook.kept("localStorage", "runbook:theme"));

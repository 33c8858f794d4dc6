const n = Number(require("fs").readFileSync(0, "utf8"));

// Print the stones of one pile, or "impossible".

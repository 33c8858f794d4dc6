const input = require("fs").readFileSync(0, "utf8");
const end = input.indexOf("\n");
const k = Number(input.slice(0, end));
const text = input.slice(end + 1);

// Count the words, then print the k most frequent.

const words = require("fs").readFileSync(0, "utf8").trim().split(/\s+/);
const n = Number(words[0]);
// Print the sum of the n numbers after the first. How many digits does a Number keep?

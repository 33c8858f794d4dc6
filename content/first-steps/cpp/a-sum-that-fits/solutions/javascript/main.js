const words = require("fs").readFileSync(0, "utf8").trim().split(/\s+/);
let sum = 0n;
for (const word of words.slice(1)) sum += BigInt(word);
console.log(String(sum));

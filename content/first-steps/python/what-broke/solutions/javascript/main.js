const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line !== "");

const failed = new Map();
for (const line of lines) {
  const [time, level, service] = line.split(" ", 3);
  if (level !== "ERROR") continue;
  const name = service.split(":")[0];
  if (!failed.has(name)) failed.set(name, { count: 0, first: time });
  failed.get(name).count += 1;
}

for (const [name, { count, first }] of failed) console.log(name, count, first);
if (failed.size === 0) console.log("all quiet");

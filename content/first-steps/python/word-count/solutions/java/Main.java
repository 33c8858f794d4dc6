import java.io.*;
import java.util.*;

public class Main {
  public static void main(String[] args) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    int k = Integer.parseInt(in.readLine().trim());
    Map<String, Integer> counts = new TreeMap<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      for (String word : line.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
        if (!word.isEmpty()) counts.merge(word, 1, Integer::sum);
      }
    }
    List<Map.Entry<String, Integer>> order = new ArrayList<>(counts.entrySet());
    order.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));  // stable: equals stay sorted
    for (Map.Entry<String, Integer> entry : order.subList(0, Math.min(k, order.size()))) {
      System.out.println(entry.getKey() + " " + entry.getValue());
    }
  }
}

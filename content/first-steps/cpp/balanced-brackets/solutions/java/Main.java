import java.io.*;
import java.util.*;

public class Main {
  static String check(String line) {
    Deque<Character> wanted = new ArrayDeque<>();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      int kind = "([{".indexOf(c);
      if (kind >= 0) {
        wanted.push(")]}".charAt(kind));
      } else if (")]}".indexOf(c) >= 0) {
        if (wanted.isEmpty() || wanted.pop() != c) return String.valueOf(i + 1);
      }
    }
    return wanted.isEmpty() ? "ok" : String.valueOf(line.length() + 1);
  }

  public static void main(String[] args) throws IOException {
    System.out.println(check(new BufferedReader(new InputStreamReader(System.in)).readLine()));
  }
}

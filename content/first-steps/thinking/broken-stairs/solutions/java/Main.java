import java.util.Scanner;

public class Main {
  public static void main(String[] args) {
    Scanner in = new Scanner(System.in);
    int n = in.nextInt();
    int count = in.nextInt();
    boolean[] broken = new boolean[n + 1];
    for (int i = 0; i < count; i++) broken[in.nextInt()] = true;

    long below = 0, here = 1;
    for (int step = 1; step <= n; step++) {
      long next = broken[step] ? 0 : below + here;
      below = here;
      here = next;
    }
    System.out.println(here);
  }
}

import java.util.Scanner;

public class Main {
  public static void main(String[] args) {
    Scanner in = new Scanner(System.in);
    int n = in.nextInt();
    int count = in.nextInt();
    boolean[] broken = new boolean[n + 1];
    for (int i = 0; i < count; i++) broken[in.nextInt()] = true;

    // In how many ways can you get to step n?
  }
}

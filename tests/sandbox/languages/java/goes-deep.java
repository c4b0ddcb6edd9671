public class Main {
    static long sum(long n) { return n > 0 ? sum(n - 1) + n : 0; }
    public static void main(String[] arguments) { System.out.println(sum(1_000_000)); }
}

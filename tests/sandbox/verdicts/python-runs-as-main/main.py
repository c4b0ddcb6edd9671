import sys


def main() -> None:
    print(sys.argv[0], len(sys.argv), __name__)
    exit()


if __name__ == "__main__":
    main()

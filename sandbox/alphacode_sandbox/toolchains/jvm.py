"""Java and Kotlin: compiled to classes for the Java virtual machine, which a script in isolation packs into a jar."""

from pathlib import Path

from alphacode_sandbox.toolchains.python import find_python
from alphacode_sandbox.toolchains.toolchain import (
    ENVIRONMENT,
    LOADERS,
    MEMORY_MB,
    RUNTIME,
    SCRATCH,
    TOOLS,
    Toolchain,
    existing,
    on_path,
)

# What the machine reserves besides the heap is kept small, because what is bounded is address space. One processor,
# because the work of all threads counts.
_MACHINE = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    "-XX:+UseSerialGC",
    "-XX:ActiveProcessorCount=1",
    "-XX:CompressedClassSpaceSize=64m",
    "-XX:ReservedCodeCacheSize=96m",
    "-XX:-UsePerfData",
)
# Compilers live too short for the optimising compiler to pay.
_COMPILER = ("-Xmx1g", "-XX:TieredStopAtLevel=1")
_PROGRAM = (
    f"-Xmx{MEMORY_MB}m",
    # The main thread's stack is what contests give; to unwind a larger one from endless recursion takes gigabytes.
    # Those of other threads are of the usual size, unless the program asks for more.
    "-Xss64m",
    "-XX:ThreadStackSize=1024",
    # Whoever catches every error, or runs out of memory in a thread of its own, has run out of memory all the same.
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+DisplayVMOutputToStderr",
)


def find_java() -> Toolchain | None:
    """A JDK of version 11 or later."""
    jdk = _find_jdk()
    if jdk is None:
        return None
    machine = (f"-J{option}" for option in (*_MACHINE, *_COMPILER))
    compiler = (f"{jdk}/bin/javac", *machine, "-encoding", "UTF-8", "-proc:none", "-nowarn", "-XDsuppressNotes")
    return _toolchain(jdk, "main.java", compiler)


def find_kotlin() -> Toolchain | None:
    """The compiler for the command line, on the JDK that is found for Java."""
    jdk, kotlin = _find_jdk(), _find_kotlin()
    if jdk is None or kotlin is None:
        return None
    java = (f"{jdk}/bin/java", *_MACHINE, *_COMPILER, "-cp", f"{kotlin}/lib/*")
    compiler = (
        *java,
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
        "-kotlin-home",
        str(kotlin),
        "-no-reflect",
        "-nowarn",
    )
    # A distribution may keep the jars together with others and link to them.
    jars = dict.fromkeys(str(jar.resolve().parent) for jar in kotlin.glob("lib/*.jar"))
    library = existing(*(f"{kotlin}/lib/kotlin-stdlib{part}.jar" for part in ("", "-jdk7", "-jdk8")))
    return _toolchain(jdk, "main.kt", compiler, (f"{kotlin}/lib", *jars), library)


def _toolchain(
    jdk: Path, source: str, compiler: tuple[str, ...], folders: tuple[str, ...] = (), library: tuple[str, ...] = ()
) -> Toolchain:
    """`folders` are what the language has besides the JDK, `library` are the jars that programs in it are run with."""
    # The machine looks for its libraries beside its own file, which takes a /proc to know.
    setting = (ENVIRONMENT, f"LD_LIBRARY_PATH={jdk}/lib")
    java = (f"{jdk}/bin/java", *_MACHINE, *_PROGRAM)
    with_library = (f"-Xbootclasspath/a:{':'.join(library)}",) if library else ()
    make_jar = Path(__file__).with_name("make_jar.py").read_text()
    installed = existing(*RUNTIME, str(jdk), *_configuration(jdk), *folders)

    def made_by(python: Toolchain) -> Toolchain:
        return Toolchain(
            run=(*setting, *java, *with_library, "-jar", "program"),
            readable=installed,
            executable=existing(*LOADERS, ENVIRONMENT, f"{jdk}/bin/java"),
            compile=(python.run[0], "-I", "-S", "-B", "-c", make_jar, SCRATCH, source, *setting, *compiler),
            compile_paths=existing(*installed, *python.compile_paths, *TOOLS),
            starts_processes=True,
            otherwise=made_by(python.otherwise) if python.otherwise else None,
        )

    return made_by(find_python())


def _find_jdk() -> Path | None:
    homes = (Path(compiler).parent.parent for compiler in on_path("javac"))
    return next((home for home in homes if (home / "lib" / "modules").is_file()), None)


def _find_kotlin() -> Path | None:
    homes = (Path(script).parent.parent for script in on_path("kotlinc"))
    return next((home for home in homes if (home / "lib" / "kotlin-compiler.jar").is_file()), None)


def _configuration(jdk: Path) -> tuple[str, ...]:
    """Where a distribution keeps the configuration of a JDK, to which there are links in it."""
    folders = dict.fromkeys(file.resolve().parent for file in jdk.glob("conf/*"))
    return tuple(str(folder) for folder in folders if jdk not in folder.parents)

package dev.koi.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure, how long, and of which build.
 *
 * @param sections the names of the sections
 * @param quick a smoke: too few rounds for figures
 * @param distribution the directory of the Koi to measure
 * @param classPath of the children: the benchmark's classes and that Koi's jars
 * @param javas the directories of the JDKs that start the command
 * @param runs how often each command is started
 * @param seconds how long the idle command is watched
 * @param minutes how long the command watches random changes; 0 for not at all
 * @param peer the program on koi-runtime
 * @param json the file to write
 */
record Plan(
    Set<String> sections,
    boolean quick,
    Path distribution,
    String classPath,
    List<Path> javas,
    int runs,
    int seconds,
    int minutes,
    Path peer,
    Optional<Path> json) {}

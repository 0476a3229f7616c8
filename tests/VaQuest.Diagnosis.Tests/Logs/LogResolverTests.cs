// LogResolverTests: frames of the lab's real logs against what the lab knows of them.
using Newtonsoft.Json.Linq;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Logs;

public sealed class LogResolverTests
{
    // truth.json has the lines on which eu-addr2line and llvm-symbolizer agree, and the scenario's source.
    [LabTheory]
    [LabDumps(file: "dmesg.txt")]
    public void DecodesTheLogOfARealCrash(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        if (dump.Vmlinux is not { } vmlinux || dump.Truth["frames"] is not JArray { Count: > 0 } frames)
        {
            Assert.True(dump.Vmlinux is null || dump.Truth["frames"] is not JArray { Count: > 0 });
            return;
        }

        var resolver = new LogResolver(new SessionOptions
        {
            Vmlinux = vmlinux,
            DebugDirectories = [dump.PathOf("modules"), dump.Directory, Path.GetDirectoryName(vmlinux)!],
        });
        DecodedLog decoded = resolver.Decode(File.ReadAllText(dump.PathOf("dmesg.txt")), CancellationToken.None);
        Assert.Equal((string?)dump.Truth["release"], decoded.Log.Release);
        foreach (JToken frame in frames.Where(frame => frame["line"] is { Type: JTokenType.Integer } && (string?)frame["kind"] != "inlined"))
        {
            string function = (string)frame["function"]!;
            string file = (string)frame["file"]!;
            int line = (int)frame["line"]!;
            DecodedFrame[] named = [.. decoded.Frames.Where(candidate => candidate.Frame.Target.Symbol is { } symbol && symbol.Split('.')[0] == function
                && candidate.Frame.Target.Offset == (ulong?)frame["offset"])];
            Assert.True(named.Length > 0, $"{function} is not in the log");
            Assert.True(
                named.Any(candidate => candidate.Chain?.Frames.Any(source => IsAt(source, file, line)) == true),
                $"{function} should be at {file}:{line} but is {string.Join(" | ", named.Select(Show))}; {string.Join(' ', decoded.Notes)}");
        }
    }

    [LabFact("6.1-cloud", "null-deref", "dmesg.txt")]
    public void RefusesVmlinuxOfAnotherRelease()
    {
        LabDump dump = Lab.Find("6.1-cloud", "null-deref")!;
        // The package's release changes with every update of the distribution.
        string release = (string)JObject.Parse(File.ReadAllText(Lab.KernelFile("6.1-cloud", "kernel.json")!))["release"]!;
        string log = File.ReadAllText(dump.PathOf("dmesg.txt")).Replace(release, "6.1.0-1-cloud-amd64", StringComparison.Ordinal);
        DecodedLog decoded = new LogResolver(new SessionOptions { Vmlinux = dump.Vmlinux }).Decode(log, CancellationToken.None);
        Assert.All(decoded.Frames, frame => Assert.Null(frame.Chain));
        Assert.Contains(decoded.Notes, note => note.Contains($"is of release {release}", StringComparison.Ordinal));
    }

    [LabFact("6.1-cloud", "null-deref", "dmesg.txt")]
    public void RefusesFunctionOfAnotherSize()
    {
        LabDump dump = Lab.Find("6.1-cloud", "null-deref")!;
        DecodedLog decoded = new LogResolver(new SessionOptions { Vmlinux = dump.Vmlinux }).Decode(" vfs_write+0xc7/0x4f0\n no_such_function+0x1/0x2\n", CancellationToken.None);
        Assert.Contains("another build", decoded.Frames[0].Problem);
        Assert.Contains("no symbol", decoded.Frames[1].Problem);
    }

    [Fact]
    public void SaysWhatIsMissing()
    {
        DecodedLog decoded = new LogResolver(new SessionOptions()).Decode("CPU: 0 PID: 1 Comm: x Not tainted 1.2.3-none #1\n vfs_write+0xc7/0x3f0\n", CancellationToken.None);
        Assert.Equal("no vmlinux of this log's kernel was found", decoded.Frames.Single().Problem);
        Assert.Contains(decoded.Notes, note => note.Contains("1.2.3-none", StringComparison.Ordinal));
    }

    [Fact]
    public void SaysThatTheChosenFileIsMissing()
    {
        DecodedLog decoded = new LogResolver(new SessionOptions { Vmlinux = "/nonexistent/vmlinux" }).Decode(" f+0x1/0x2\n", CancellationToken.None);
        Assert.Contains(decoded.Notes, note => note.Contains("/nonexistent/vmlinux", StringComparison.Ordinal));
    }

    [Fact]
    public void KeepsSourcesInsideRoots()
    {
        string root = Directory.CreateTempSubdirectory("vaquest-test-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "tree", "kernel"));
            File.WriteAllText(Path.Combine(root, "tree", "kernel", "foo.c"), "int x;\n");
            File.WriteAllText(Path.Combine(root, "secret.c"), "int y;\n");
            var resolver = new LogResolver(new SessionOptions { SourceRoots = [Path.Combine(root, "tree")] });
            KernelLog log = LogLexer.Lex("kernel BUG at kernel/foo.c:7!\nkernel BUG at ../secret.c:7!\nkernel BUG at /etc/ssl/secret.c:7!\n");
            TextSpan[] sources = [.. log.Text.Spans.Where(span => span.Kind == SpanKind.Source)];
            ResolvedSource found = resolver.FindSources(log, sources[0].Target!, CancellationToken.None).Single();
            Assert.Equal((Path.Combine(root, "tree", "kernel", "foo.c"), 7), (found.LocalPath, found.Line));
            Assert.All(sources.Skip(1), span => Assert.Null(resolver.FindSources(log, span.Target!, CancellationToken.None).Single().LocalPath));
        }
        finally
        {
            Directory.Delete(root, true);
        }
    }

    private static bool IsAt(SourceFrame frame, string file, int line) =>
        frame.Location is { } at && at.Line == line && (at.File == file || at.File.EndsWith("/" + file, StringComparison.Ordinal));

    private static string Show(DecodedFrame frame) =>
        frame.Problem ?? string.Join(" < ", frame.Chain!.Frames.Select(source => $"{source.Function} {source.Location?.File}:{source.Location?.Line}"));
}

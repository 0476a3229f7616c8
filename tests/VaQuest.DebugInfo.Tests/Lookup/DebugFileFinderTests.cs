// DebugFileFinderTests: which files are found, and why others are refused.
using System.IO.Compression;
using System.Text;
using VaQuest.DebugInfo.Lookup;
using VaQuest.TestKit.Elf;
using Xunit;
using ZstdSharp;

namespace VaQuest.DebugInfo.Tests.Lookup;

public sealed class DebugFileFinderTests : IDisposable
{
    private const string Release = "6.1.0-56-cloud-amd64";
    private const string BuildId = "3b43fad5";

    private readonly string _root = Directory.CreateTempSubdirectory("vaquest-debug-").FullName;

    public static TheoryData<string> VmlinuxPlaces => new()
    {
        ".build-id/3b/43fad5.debug",
        "usr/lib/debug/.build-id/3b/43fad5.debug",
        "vmlinux",
        "vmlinux.debug",
        "vmlinux-" + Release,
        "boot/vmlinux-" + Release,
        "lib/modules/" + Release + "/vmlinux",
        "lib/modules/" + Release + "/build/vmlinux",
        "usr/lib/debug/boot/vmlinux-" + Release,
        "usr/lib/debug/lib/modules/" + Release + "/vmlinux",
    };

    public static TheoryData<string> ModulePlaces => new()
    {
        ".build-id/3b/43fad5.debug",
        "snd_hda-codec.ko",
        "snd-hda-codec.ko.debug",
        "modules/snd_hda_codec.ko",
        "lib/modules/" + Release + "/kernel/sound/snd-hda-codec.ko",
        "usr/lib/debug/lib/modules/" + Release + "/kernel/sound/snd-hda-codec.ko.debug",
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(VmlinuxPlaces))]
    public void FindsVmlinuxBelowConfiguredDirectory(string place)
    {
        string path = Put(place, Image(BuildId));

        DebugFileSearch search = FinderIn(_root).FindVmlinux(BuildId, Release);

        Assert.Equal(path, search.File?.Path);
        Assert.Equal("its build id matches", search.File!.Reason);
        Assert.Empty(search.Refusals);
    }

    [Theory]
    [InlineData("usr/lib/debug/.build-id/3b/43fad5.debug")]
    [InlineData("usr/lib/debug/boot/vmlinux-" + Release)]
    [InlineData("usr/lib/debug/lib/modules/" + Release + "/vmlinux")]
    [InlineData("lib/modules/" + Release + "/build/vmlinux")]
    [InlineData("boot/vmlinux-" + Release)]
    public void FindsVmlinuxInTheSystemsPlaces(string place)
    {
        string path = Put(place, Image(BuildId));
        var finder = new DebugFileFinder(new DebugFileOptions { SystemRoot = _root });

        Assert.Equal(path, finder.FindVmlinux(BuildId, Release).File?.Path);
    }

    [Theory]
    [MemberData(nameof(ModulePlaces))]
    public void FindsModuleWhateverItsSpelling(string place)
    {
        string path = Put(place, Image(BuildId));

        Assert.Equal(path, FinderIn(_root).FindModule("snd_hda_codec", BuildId, Release).File?.Path);
    }

    [Fact]
    public void PrefersTheNamedFile()
    {
        Put("vmlinux", Image(BuildId));
        string named = Put("elsewhere/kernel.elf", Image(BuildId));
        var finder = new DebugFileFinder(new DebugFileOptions { Vmlinux = named, Directories = [_root], SystemRoot = null });

        Assert.Equal(named, finder.FindVmlinux(BuildId, Release).File?.Path);
    }

    [Fact]
    public void RefusesOtherBuildAndSaysBothIds()
    {
        string wrong = Put("vmlinux", Image("aabbccdd"));
        string right = Put("vmlinux.debug", Image(BuildId));

        DebugFileSearch search = FinderIn(_root).FindVmlinux(BuildId, Release);

        Assert.Equal(right, search.File?.Path);
        Assert.Equal(
            $"{wrong} has build id aabbccdd, the dump's kernel has {BuildId}: refused; give the debug files of exactly that build",
            Assert.Single(search.Refusals));
    }

    [Fact]
    public void RefusesFileWithoutDebugInformation()
    {
        Put("modules/nfs.ko", Image(BuildId, hasDwarf: false));

        DebugFileSearch search = FinderIn(_root).FindModule("nfs", BuildId, Release);

        Assert.Null(search.File);
        Assert.Contains("has no DWARF debug information", Assert.Single(search.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void AcceptsReleaseWhenTheDumpHasNoBuildId()
    {
        Put("vmlinux", Image(null, banner: "Linux version " + Release + " (gcc)"));

        DebugFileSearch search = FinderIn(_root).FindVmlinux(null, Release);

        Assert.Equal("the dump has no build id to compare; its release matches", search.File?.Reason);
    }

    [Fact]
    public void RefusesOtherReleaseWhenTheDumpHasNoBuildId()
    {
        Put("vmlinux", Image(null, banner: "Linux version 5.10.0-1 (gcc)"));

        DebugFileSearch search = FinderIn(_root).FindVmlinux(null, Release);

        Assert.Null(search.File);
        Assert.Contains("is of release 5.10.0-1", Assert.Single(search.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesWhatCannotBeCheckedUnlessNamed()
    {
        string path = Put("vmlinux", Image(null));

        Assert.Contains("cannot be checked", Assert.Single(FinderIn(_root).FindVmlinux(null, null).Refusals), StringComparison.Ordinal);
        var named = new DebugFileFinder(new DebugFileOptions { Vmlinux = path, SystemRoot = null });
        Assert.StartsWith("it was named by the user", named.FindVmlinux(null, null).File?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ReportsNamedFileThatDoesNotExist()
    {
        var finder = new DebugFileFinder(new DebugFileOptions { Vmlinux = Path.Join(_root, "nowhere"), SystemRoot = null });

        Assert.Contains("does not exist", Assert.Single(finder.FindVmlinux(BuildId, Release).Refusals), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc", null)]
    [InlineData("a/b", null)]
    [InlineData("nfs", "../6.1")]
    public void NeverLeavesTheDirectoryForNamesFromTheDump(string module, string? release)
    {
        Put("etc.ko", Image(BuildId));
        Put("b.ko", Image(BuildId));

        Assert.Null(FinderIn(Path.Join(_root, "x", "y")).FindModule(module, BuildId, release).File);
        Assert.Null(FinderIn(_root).FindVmlinux(null, "../" + Release).File);
    }

    [Theory]
    [InlineData("nfs.ko.zst")]
    [InlineData("nfs.ko.gz")]
    public void ReadsCompressedModule(string name)
    {
        byte[] content = Image(BuildId);
        Put(name, name.EndsWith("zst", StringComparison.Ordinal) ? Zstd(content) : Gzip(content));

        Assert.Equal(BuildId, FinderIn(_root).FindModule("nfs", BuildId, Release).File?.BuildId);
    }

    [Fact]
    public void RefusesXzAndDamagedAndOversizedModules()
    {
        Put("a.ko.xz", [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]);
        Put("b.ko.gz", Gzip(Image(BuildId))[..40]);
        Put("c.ko.zst", Zstd(new byte[100_000]));
        var finder = new DebugFileFinder(new DebugFileOptions { Directories = [_root], SystemRoot = null, MaxDecompressedModule = 50_000 });

        Assert.Contains("xz -d", Assert.Single(finder.FindModule("a", BuildId, Release).Refusals), StringComparison.Ordinal);
        Assert.Single(finder.FindModule("b", BuildId, Release).Refusals);
        Assert.Contains("when decompressed", Assert.Single(finder.FindModule("c", BuildId, Release).Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void SaysWhereItLooked()
    {
        DebugFileSearch search = FinderIn(_root).FindVmlinux(BuildId, Release);

        Assert.Null(search.File);
        Assert.Equal($"debug information of the kernel with build id {BuildId}, release {Release}, was looked for in {_root}", search.Sought);
    }

    private static DebugFileFinder FinderIn(string directory) =>
        new(new DebugFileOptions { Directories = [directory], SystemRoot = null });

    private static byte[] Image(string? buildId, bool hasDwarf = true, string? banner = null)
    {
        var writer = new ElfWriter();
        writer.AddSection(".rodata", Encoding.UTF8.GetBytes((banner ?? "") + "\0"), flags: 2, address: 0x1000);
        writer.AddSymbol("linux_banner", 0x1000, type: 1);
        if (buildId is not null)
        {
            writer.AddSection(".notes", ElfWriter.BuildIdNote(Convert.FromHexString(buildId)), type: 7);
        }

        if (hasDwarf)
        {
            writer.AddSection(".debug_info", new byte[16]);
        }

        return writer.Build();
    }

    private string Put(string place, byte[] content)
    {
        string path = Path.Join(_root, place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return target.ToArray();
    }

    private static byte[] Zstd(byte[] content)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(content).ToArray();
    }
}

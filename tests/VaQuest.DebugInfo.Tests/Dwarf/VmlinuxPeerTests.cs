// VmlinuxPeerTests: the lab's vmlinux against llvm-symbolizer, address by address.
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.Binary.Elf;
using VaQuest.Binary.Files;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Lines;
using VaQuest.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace VaQuest.DebugInfo.Tests.Dwarf;

public sealed partial class VmlinuxPeerTests(ITestOutputHelper output)
{
    private const int AddressCount = 2000;
    private const string Peer = "/usr/bin/llvm-symbolizer";

    [LabKernelTheory]
    [LabKernels]
    public void AgreesWithLlvmSymbolizerOnRandomAddresses(string kernel)
    {
        if (!File.Exists(Peer))
        {
            output.WriteLine($"skipped: {Peer} is not installed; get it with: apt-get install llvm");
            return;
        }

        string path = Lab.KernelFile(kernel, "vmlinux")!;
        DwarfImage image = DwarfImage.Open(ElfImage.Parse(MappedFile.Open(path).Region, path));
        ulong[] addresses = ChooseAddresses(image.Elf);
        IReadOnlyList<SourceFrames?> ours = image.FindAll(addresses);
        List<List<string>> theirs = RunPeer(path, addresses);

        Assert.Equal(addresses.Length, theirs.Count);
        var differences = new List<string>();
        for (int i = 0; i < addresses.Length; i++)
        {
            string expected = string.Join(" | ", theirs[i]);
            string actual = string.Join(" | ", Lines(ours[i]));

            // Where there is no debug information the peer still names the nearest symbol, and some file of the symbol table: that is not this reader's answer to give.
            if (actual != expected && !AreAliases(image.Elf, actual, expected) && !(ours[i] is null && theirs[i].TrueForAll(frame => frame.EndsWith(":0:0", StringComparison.Ordinal))))
            {
                differences.Add($"0x{addresses[i]:x}: {actual}\n      peer: {expected}");
            }
        }

        Assert.Empty(image.Issues);
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n" + string.Join("\n", differences.Take(10)));
        Assert.True(ours.Count(frames => frames is not null) > AddressCount / 2);
    }

    // A system call without arguments is one function under two names (__x64_sys_getegid16 is an alias of __do_sys_getegid16, syscall_wrapper.h):
    // the peer takes the symbol table's, debug information has the function's own.
    private static bool AreAliases(ElfImage elf, string actual, string expected)
    {
        string ourName = NameOfOutermost(actual);
        string theirName = NameOfOutermost(expected);
        return actual.Replace(ourName + " ", theirName + " ", StringComparison.Ordinal) == expected
            && elf.Symbols.FindByName(ourName) is { } ours && elf.Symbols.FindByName(theirName) is { } theirs && ours.Value == theirs.Value;
    }

    private static string NameOfOutermost(string frames) => frames.Split(" | ")[^1].Split(' ')[0];

    private static ulong[] ChooseAddresses(ElfImage elf)
    {
        var random = new Random(20050103);
        ElfSection text = elf.FindSection(".text")!;
        return [.. Enumerable.Range(0, AddressCount).Select(_ => text.Address + (ulong)random.NextInt64((long)text.Size))];
    }

    private static IEnumerable<string> Lines(SourceFrames? frames) => frames is null
        ? ["?? ??:0:0"]
        : frames.Frames.Select(f => $"{Plain(f.Function)} {f.Location?.File ?? "??"}:{f.Location?.Line ?? 0}:{f.Location?.Column ?? 0}");

    private static List<List<string>> RunPeer(string path, ulong[] addresses)
    {
        var start = new ProcessStartInfo(Peer, ["--inlines", "--obj=" + path]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> reading = process.StandardOutput.ReadToEndAsync();
        foreach (ulong address in addresses)
        {
            process.StandardInput.WriteLine("0x" + address.ToString("x", CultureInfo.InvariantCulture));
        }

        process.StandardInput.Close();
        return [.. reading.Result.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(ParseBlock)];
    }

    private static List<string> ParseBlock(string block)
    {
        string[] lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var frames = new List<string>();
        for (int i = 0; i + 1 < lines.Length; i += 2)
        {
            frames.Add(Plain(lines[i]) + " " + Fold(lines[i + 1]));
        }

        return frames;
    }

    // The peer takes the physical function's name from the symbol table, with the compiler's suffixes; in the padding between functions,
    // which has lines but no name, it says "??".
    private static string Plain(string function) => function.Length == 0 ? "??" : Suffix().Replace(function, "");

    // The peer leaves "." and ".." in paths.
    private static string Fold(string place)
    {
        while (UpDirectory().Match(place) is { Success: true } match)
        {
            place = place.Remove(match.Index, match.Length);
        }

        return place.Replace("/./", "/", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(\.(isra|constprop|part|cold)(\.\d+)?)+$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"(?<=^|/)(?!\.\.?/)[^/]+/\.\./")]
    private static partial Regex UpDirectory();
}

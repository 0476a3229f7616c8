// VmlinuxCallFramesTests: every call frame program of real kernels against readelf.
using System.Diagnostics;
using System.Globalization;
using VaQuest.Binary.Elf;
using VaQuest.Binary.Files;
using VaQuest.DebugInfo.Frames;
using VaQuest.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace VaQuest.DebugInfo.Tests.Frames;

public sealed class VmlinuxCallFramesTests(ITestOutputHelper output)
{
    /// <summary>Truth: the rows that binutils' readelf interprets from the same section, each of them.</summary>
    [LabKernelTheory]
    [LabKernels]
    public void EveryRowAgreesWithReadelf(string kernel)
    {
        string vmlinux = Lab.KernelFile(kernel, "vmlinux")!;
        MappedFile file = MappedFile.Open(vmlinux);
        CallFrameTable table = CallFrameTable.TryOpen(ElfImage.Parse(file.Region, vmlinux))!;
        var damaged = new List<string>();
        int rows = 0;
        table.VisitAll(17, (_, _) => rows++, damaged.Add);

        int compared = 0;
        var wrong = new List<string>();
        var row = new UnwindRow(17);
        foreach ((ulong address, string[] columns, string[] values) in ReadelfRows(vmlinux))
        {
            compared++;
            string ours = table.TryFindRow(address, null, row) ? string.Join(' ', columns.Select(column => RowText.Of(row, column))) : "none";
            if (ours != string.Join(' ', values) && wrong.Count < 20)
            {
                wrong.Add(FormattableString.Invariant($"0x{address:x}: {ours}, readelf: {string.Join(' ', values)}"));
            }
        }

        output.WriteLine($"{kernel}: {table.Count} functions, {rows} rows, {compared} compared, {damaged.Count} damaged");
        Assert.Empty(damaged);
        Assert.Empty(table.Issues);
        Assert.InRange(table.Count, 20_000, 1_000_000);
        Assert.InRange(compared, 50_000, 10_000_000);
        Assert.Empty(wrong);
    }

    // Rows of functions that were discarded by the linker begin at 0 and are left out. Where a function's rows repeat an address the last one counts.
    private static IEnumerable<(ulong Address, string[] Columns, string[] Values)> ReadelfRows(string vmlinux)
    {
        var start = new ProcessStartInfo("readelf", ["--debug-dump=frames-interp", vmlinux]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string[] columns = [];
        (ulong Address, string[] Columns, string[] Values)? last = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool isRow = columns.Length > 0 && words.Length == columns.Length + 1
                && ulong.TryParse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _);
            if (last is { } previous && (!isRow || words[0] != previous.Address.ToString("x16", CultureInfo.InvariantCulture)))
            {
                yield return previous;
            }

            last = isRow && !words[0].StartsWith("0000", StringComparison.Ordinal)
                ? (ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), columns, words[1..])
                : null;
            columns = words is ["LOC", ..] ? words[1..] : words.Length == 0 || words.Contains("FDE") || words.Contains("CIE") ? [] : columns;
        }

        if (last is { } final)
        {
            yield return final;
        }
    }
}

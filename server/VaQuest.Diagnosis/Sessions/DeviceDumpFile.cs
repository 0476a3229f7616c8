// DeviceDumpFile: one device dump of a kernel dump, to be extracted.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>An open dump of which only what one driver added is wanted.</summary>
public sealed class DeviceDumpFile : IDisposable
{
    /// <summary>Device dumps named in an error; a dump has a handful.</summary>
    private const int MaxNamed = 8;

    private readonly Vmcore _dump;
    private readonly DeviceDump _device;

    private DeviceDumpFile(Vmcore dump, DeviceDump device)
    {
        _dump = dump;
        _device = device;
    }

    public string Path => _dump.Path;

    public IReadOnlyList<string> Warnings => _dump.Warnings;

    /// <summary>Length of the driver's data.</summary>
    public long Bytes => _device.Bytes;

    /// <summary>
    /// Opens the device dump of a name, or of a number as `info` lists them, from 0. Throws <see cref="DumpFormatException"/> with one
    /// sentence that names what there is.
    /// </summary>
    public static DeviceDumpFile Open(string path, string nameOrNumber, CancellationToken cancellation)
    {
        Vmcore dump = VmcoreFile.Open(path, cancellationToken: cancellation);
        try
        {
            return new DeviceDumpFile(dump, Choose(dump, nameOrNumber));
        }
        catch
        {
            dump.Dispose();
            throw;
        }
    }

    /// <summary>Copies data from an offset; fewer bytes than asked at the end, or where the file is cut. Never throws on data.</summary>
    public int Read(long offset, Span<byte> destination) => _device.Read(offset, destination);

    public void Dispose() => _dump.Dispose();

    private static DeviceDump Choose(Vmcore dump, string nameOrNumber)
    {
        IReadOnlyList<DeviceDump> all = dump.DeviceDumps;
        DeviceDump[] named = [.. all.Where(device => device.Name == nameOrNumber)];
        if (named.Length == 1)
        {
            return named[0];
        }

        if (named.Length == 0 && int.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < all.Count)
        {
            return all[number];
        }

        string there = all.Count == 0
            ? "it has none"
            : "it has " + string.Join(", ", all.Take(MaxNamed).Select((device, index) => FormattableString.Invariant($"{index} \"{device.Name}\"")));
        string problem = named.Length > 1
            ? $"more than one device dump is named {nameOrNumber}; give its number: {there}"
            : $"there is no device dump {nameOrNumber}; {there}";
        throw new DumpFormatException(FormatError.BadValue, $"{dump.Path}: {problem}");
    }
}

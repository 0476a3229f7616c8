// JsonOutput: the JSON conventions of the command line in one place.
using System.Globalization;
using Newtonsoft.Json;
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli.Json;

/// <summary>
/// Writes one object with its schema. Addresses are "0x…" strings, sizes and counts numbers, absent values {"absent": reason}.
/// </summary>
internal sealed class JsonOutput : IDisposable
{
    private readonly JsonTextWriter _writer;

    public JsonOutput(TextWriter writer, string verb)
    {
        _writer = new JsonTextWriter(writer) { Formatting = Formatting.Indented, CloseOutput = false, Culture = CultureInfo.InvariantCulture };
        _writer.WriteStartObject();
        Text("schema", $"vaquest.{verb}/1");
    }

    public void Object(string name, Action body)
    {
        _writer.WritePropertyName(name);
        Object(body);
    }

    public void Object(Action body)
    {
        _writer.WriteStartObject();
        body();
        _writer.WriteEndObject();
    }

    public void List<T>(string name, IEnumerable<T> items, Action<T> body)
    {
        _writer.WritePropertyName(name);
        _writer.WriteStartArray();
        foreach (T item in items)
        {
            body(item);
        }

        _writer.WriteEndArray();
    }

    /// <summary>A list of objects.</summary>
    public void Objects<T>(string name, IEnumerable<T> items, Action<T> members) => List(name, items, item => Object(() => members(item)));

    public void Texts(string name, IEnumerable<string> items) => List(name, items, item => _writer.WriteValue(item));

    public void Text(string name, string value)
    {
        _writer.WritePropertyName(name);
        _writer.WriteValue(value);
    }

    public void Text(string name, string? value, string reasonWhenNull) => Write(name, Fact.From(value, reasonWhenNull), v => _writer.WriteValue(v));

    public void Text(string name, Known<string> value) => Write(name, value, v => _writer.WriteValue(v));

    public void Integer(string name, long value)
    {
        _writer.WritePropertyName(name);
        _writer.WriteValue(value);
    }

    public void Integer(string name, ulong value)
    {
        _writer.WritePropertyName(name);
        _writer.WriteValue(value);
    }

    public void Number(string name, int? value, string reasonWhenNull) => Write(name, Fact.From(value, reasonWhenNull), v => _writer.WriteValue(v));

    public void Number(string name, Known<int> value) => Write(name, value, v => _writer.WriteValue(v));

    public void Number(string name, Known<ulong> value) => Write(name, value, v => _writer.WriteValue(v));

    public void Number(string name, Known<double> value) => Write(name, value, v => _writer.WriteValue(v));

    public void Flag(string name, bool value)
    {
        _writer.WritePropertyName(name);
        _writer.WriteValue(value);
    }

    public void Hex(string name, ulong value)
    {
        _writer.WritePropertyName(name);
        _writer.WriteValue(Words.Hex(value));
    }

    public void Hex(string name, ulong? value, string reasonWhenNull) =>
        Write(name, Fact.From(value, reasonWhenNull), v => _writer.WriteValue(Words.Hex(v)));

    public void Address(string name, VirtAddr? value, string reasonWhenNull) =>
        Write(name, Fact.From(value, reasonWhenNull), v => _writer.WriteValue(Words.Hex(v.Value)));

    public void Address(string name, Known<VirtAddr> value) => Write(name, value, v => _writer.WriteValue(Words.Hex(v.Value)));

    public void Hex(string name, Known<ulong> value) => Write(name, value, v => _writer.WriteValue(Words.Hex(v)));

    /// <summary>A value that its writer shapes itself.</summary>
    public void Value(string name, Action<JsonWriter> write)
    {
        _writer.WritePropertyName(name);
        write(_writer);
    }

    /// <summary>A value of any shape, or {"absent": reason}.</summary>
    public void Write<T>(string name, Known<T> value, Action<T> write)
    {
        _writer.WritePropertyName(name);
        if (value.HasValue)
        {
            write(value.Value);
            return;
        }

        _writer.WriteStartObject();
        Text("absent", value.Reason);
        _writer.WriteEndObject();
    }

    public void TextList(string name, Known<IReadOnlyList<string>> value) => Write(name, value, items =>
    {
        _writer.WriteStartArray();
        foreach (string item in items)
        {
            _writer.WriteValue(item);
        }

        _writer.WriteEndArray();
    });

    public void NumberList(string name, Known<IReadOnlyList<double>> value) => Write(name, value, items =>
    {
        _writer.WriteStartArray();
        foreach (double item in items)
        {
            _writer.WriteValue(item);
        }

        _writer.WriteEndArray();
    });

    public void Dispose()
    {
        _writer.WriteEndObject();
        _writer.WriteWhitespace("\n");
        _writer.Flush();
    }
}

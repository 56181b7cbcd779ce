import java.io.*;
import java.math.BigDecimal;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.time.*;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Named in-memory H2 databases in Oracle mode for all processes of a test run, behind a loopback socket. One TCP
 * connection is one session; a request and its answer are one line of JSON each (h2-session.ts is the other end).
 * Needs nothing but H2's jar. Prints "ready <port>" when it takes connections.
 */
public class H2Server {
  /** A lock that cannot be had: Oracle would wait for ever, a test must not. */
  private static final String SETTINGS = ";MODE=Oracle;LOCK_TIMEOUT=10000";

  private static final Map<String, Connection> databases = new ConcurrentHashMap<>();
  private static final Map<String, List<String>> scripts = new ConcurrentHashMap<>();
  private static final Map<String, Session> sessions = new ConcurrentHashMap<>();

  public static void main(String[] args) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
      System.out.println("ready " + server.getLocalPort());
      while (true) {
        Socket socket = server.accept();
        Thread thread = new Thread(() -> new Session(socket).serve());
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private static Connection connect(String database) throws SQLException {
    return DriverManager.getConnection("jdbc:h2:mem:" + database + SETTINGS, "SA", "");
  }

  /** The database lives as long as this connection to it. */
  private static void create(String database) throws SQLException {
    databases.put(database, connect(database));
  }

  /** A copy costs a few milliseconds; the original must not change after its first copy. */
  private static void copy(String from, String to) throws SQLException {
    create(to);
    try (Statement statement = databases.get(to).createStatement()) {
      for (String line : scriptOf(from)) statement.execute(line);
    }
  }

  private static List<String> scriptOf(String database) throws SQLException {
    List<String> known = scripts.get(database);
    if (known != null) return known;
    List<String> script = new ArrayList<>();
    try (Statement statement = databases.get(database).createStatement(); ResultSet rows = statement.executeQuery("script")) {
      while (rows.next()) script.add(rows.getString(1));
    }
    scripts.put(database, script);
    return script;
  }

  private static void drop(String database) throws SQLException {
    Connection last = databases.remove(database);
    scripts.remove(database);
    if (last != null) try (last; Statement statement = last.createStatement()) { statement.execute("shutdown immediately"); }
  }

  private static class Session {
    private final String id = UUID.randomUUID().toString();
    private final Socket socket;
    private Connection connection;
    private volatile Statement running;

    Session(Socket socket) { this.socket = socket; }

    void serve() {
      sessions.put(id, this);
      try (socket;
          BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
          Writer out = new BufferedWriter(new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8))) {
        socket.setTcpNoDelay(true);
        for (String line; (line = in.readLine()) != null; ) {
          out.write(answer(line));
          out.write('\n');
          out.flush();
        }
      } catch (IOException gone) {
        // The client was killed; what it left is rolled back below.
      } finally {
        sessions.remove(id);
        try { if (connection != null) { connection.rollback(); connection.close(); } } catch (SQLException dead) { /* dropped meanwhile */ }
      }
    }

    @SuppressWarnings("unchecked")
    private String answer(String line) {
      Json answer = new Json();
      try {
        Map<String, Object> request = (Map<String, Object>) Json.parse(line);
        String database = (String) request.get("database");
        switch ((String) request.get("op")) {
          case "create" -> create(database);
          case "copy" -> copy((String) request.get("from"), database);
          case "drop" -> drop(database);
          case "open" -> {
            if (!databases.containsKey(database)) throw new SQLException("There is no database " + database, "08004");
            connection = connect(database);
            connection.setAutoCommit(false);
          }
          case "cancel" -> { Session other = sessions.get((String) request.get("session")); if (other != null) other.cancel(); }
          case "isolation" -> connection.setTransactionIsolation(((BigDecimal) request.get("level")).intValue());
          case "commit" -> connection.commit();
          case "rollback" -> connection.rollback();
          case "execute" -> { return execute(request, answer); }
          default -> throw new IllegalArgumentException("unknown request " + line);
        }
        return answer.open('{').key("session").text(id).close('}').toString();
      } catch (SQLException e) {
        return Json.error(e.getErrorCode(), e.getSQLState(), e.getMessage());
      } catch (Exception e) {
        return Json.error(-1, "", e.toString());
      }
    }

    private void cancel() throws SQLException {
      Statement statement = running;
      if (statement != null) statement.cancel();
    }

    /** Runs a statement once for each list of values; answers the rows of all of them, or how many rows each has changed. */
    private String execute(Map<String, Object> request, Json answer) throws Exception {
      Json counts = new Json().open('[');
      Json rows = new Json().open('[');
      String columns = null;
      try (PreparedStatement statement = connection.prepareStatement((String) request.get("sql"))) {
        running = statement;
        if (request.get("seconds") != null) statement.setQueryTimeout(((BigDecimal) request.get("seconds")).intValue());
        for (Object values : (List<?>) request.get("binds")) {
          int at = 1;
          for (Object value : (List<?>) values) bind(statement, at++, (Map<?, ?>) value);
          if (!statement.execute()) { counts.comma().raw(String.valueOf(statement.getUpdateCount())); continue; }
          try (ResultSet result = statement.getResultSet()) {
            columns = columnsOf(result.getMetaData());
            counts.comma().raw(String.valueOf(rowsOf(result, rows)));
          }
        }
      } finally {
        running = null;
      }
      answer.open('{').key("counts").raw(counts.close(']').toString());
      if (columns != null) answer.comma().key("columns").raw(columns).comma().key("rows").raw(rows.close(']').toString());
      return answer.close('}').toString();
    }

    private static void bind(PreparedStatement statement, int at, Map<?, ?> bind) throws SQLException {
      String type = (String) bind.get("type");
      String value = (String) bind.get("value");
      switch (type) {
        case "number" -> { if (value == null) statement.setNull(at, Types.NUMERIC); else statement.setBigDecimal(at, new BigDecimal(value)); }
        case "timestamp" -> { if (value == null) statement.setNull(at, Types.TIMESTAMP); else statement.setObject(at, LocalDateTime.parse(value)); }
        case "instant" -> { if (value == null) statement.setNull(at, Types.TIMESTAMP_WITH_TIMEZONE); else statement.setObject(at, OffsetDateTime.parse(value)); }
        case "raw" -> { if (value == null) statement.setNull(at, Types.VARBINARY); else statement.setBytes(at, Base64.getDecoder().decode(value)); }
        default -> { if (value == null) statement.setNull(at, Types.VARCHAR); else statement.setString(at, value); }
      }
    }

    private static String columnsOf(ResultSetMetaData meta) throws SQLException {
      Json columns = new Json().open('[');
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.comma().open('{').key("name").text(meta.getColumnLabel(i)).comma().key("type").text(meta.getColumnTypeName(i));
        columns.comma().key("precision").raw(String.valueOf(meta.getPrecision(i))).comma().key("scale").raw(String.valueOf(meta.getScale(i))).close('}');
      }
      return columns.close(']').toString();
    }

    private static int rowsOf(ResultSet result, Json rows) throws SQLException {
      int count = 0;
      int columns = result.getMetaData().getColumnCount();
      for (; result.next(); count++) {
        rows.comma().open('[');
        for (int i = 1; i <= columns; i++) rows.comma().text(textOf(result, i));
        rows.close(']');
      }
      return count;
    }

    /** Every value as text; its column's type says what it is. */
    private static String textOf(ResultSet result, int at) throws SQLException {
      Object value = result.getObject(at);
      if (value == null) return null;
      // As a Timestamp it would be moved to the machine's zone.
      if (value instanceof Timestamp) return result.getObject(at, LocalDateTime.class).toString();
      if (value instanceof BigDecimal number) return number.toPlainString();
      if (value instanceof OffsetDateTime time) return time.toInstant().toString();
      if (value instanceof Clob clob) return clob.getSubString(1, (int) clob.length());
      if (value instanceof Blob blob) return Base64.getEncoder().encodeToString(blob.getBytes(1, (int) blob.length()));
      if (value instanceof byte[] bytes) return Base64.getEncoder().encodeToString(bytes);
      return value.toString();
    }
  }

  /** Writes JSON piece by piece, and reads it whole. */
  private static class Json {
    private final StringBuilder out = new StringBuilder();

    Json open(char bracket) { out.append(bracket); return this; }
    Json close(char bracket) { out.append(bracket); return this; }
    Json raw(String json) { out.append(json); return this; }
    Json key(String name) { return text(name).raw(":"); }

    /** A comma, unless this is the first in its list. */
    Json comma() {
      char last = out.charAt(out.length() - 1);
      return last == '[' || last == '{' ? this : raw(",");
    }

    Json text(String value) {
      if (value == null) return raw("null");
      out.append('"');
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '"' || c == '\\') out.append('\\').append(c);
        else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
        else out.append(c);
      }
      return raw("\"");
    }

    static String error(int code, String state, String message) {
      Json error = new Json().open('{').key("error").open('{').key("code").raw(String.valueOf(code));
      return error.comma().key("state").text(state).comma().key("message").text(message).close('}').close('}').toString();
    }

    @Override public String toString() { return out.toString(); }

    static Object parse(String text) { return new Reader(text).value(); }

    private static class Reader {
      private final String text;
      private int at;

      Reader(String text) { this.text = text; }

      Object value() {
        char c = text.charAt(at);
        if (c == '{') return object();
        if (c == '[') return list();
        if (c == '"') return string();
        int start = at;
        while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0) at++;
        String word = text.substring(start, at);
        return switch (word) { case "null" -> null; case "true" -> true; case "false" -> false; default -> new BigDecimal(word); };
      }

      private Map<String, Object> object() {
        Map<String, Object> object = new HashMap<>();
        for (at++; text.charAt(at) != '}'; skipComma()) {
          String key = string();
          at++;
          object.put(key, value());
        }
        at++;
        return object;
      }

      private List<Object> list() {
        List<Object> list = new ArrayList<>();
        for (at++; text.charAt(at) != ']'; skipComma()) list.add(value());
        at++;
        return list;
      }

      private void skipComma() { if (text.charAt(at) == ',') at++; }

      private String string() {
        StringBuilder string = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
          char c = text.charAt(at);
          if (c != '\\') { string.append(c); continue; }
          char escaped = text.charAt(++at);
          switch (escaped) {
            case 'n' -> string.append('\n');
            case 't' -> string.append('\t');
            case 'r' -> string.append('\r');
            case 'b' -> string.append('\b');
            case 'f' -> string.append('\f');
            case 'u' -> { string.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16)); at += 4; }
            default -> string.append(escaped);
          }
        }
        at++;
        return string.toString();
      }
    }
  }
}
